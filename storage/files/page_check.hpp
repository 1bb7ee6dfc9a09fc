#pragma once

#include "messages/failure.hpp"
#include "storage/files/data_file.hpp"
#include "storage/files/fault_sink.hpp"

#include <cstdint>

namespace tocsin::storage {

/// What a check of the pages found.
struct page_report {
  /// Pages in use by the trees, meta pages included, and pages that are free.
  uint64_t used = 0;
  uint64_t free = 0;
  /// Entries of all trees but that of free pages.
  uint64_t entries = 0;
  uint64_t faults = 0;
};

/// Walks over all pages of the commit `at` of `file`, and checks that every tree is whole: pages
/// lie within the file, are what the tree takes them for and belong to one place only, keys are in
/// order, and nodes lie within their page. Without a fault LMDB can read the file safely; with
/// one it may not be let near it. Where others write the file, a read transaction must keep the
/// pages of `at`. Reads each page once; memory is a bit per page. Errors: storage_io.
expected<page_report> check_pages(const data_file& file, const page_format::meta_content& at,
                                  const fault_sink& on_fault);

/// As `check_pages`, of a file that must be sound. Errors: storage_corrupt, with the first fault;
/// storage_io.
expected<page_report> require_sound(const data_file& file, const page_format::meta_content& at);

/// Makes sure that LMDB will find every page of `at` in the file, as it ends the process where one
/// is beyond the end. Walks over the pages only where the file is shorter than all that was ever
/// used, which pages that were freed before they were written may account for.
/// Errors: storage_corrupt (cut off), storage_io.
expected<void> check_length(const data_file& file, const page_format::meta_content& at);

} // namespace tocsin::storage
