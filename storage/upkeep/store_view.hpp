#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/reader_table.hpp"
#include "storage/files/descriptor.hpp"
#include "storage/files/page_check.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::storage {

/// One named database in numbers.
struct database_stats {
  std::string name;
  uint64_t entries = 0;
  /// Pages of its tree, those of large values included.
  uint64_t pages = 0;
};

/// A storage in numbers, of one commit.
struct store_stats {
  uint32_t schema_version = 0;
  ulid node_id;
  uint64_t transaction = 0;
  uint64_t page_bytes = 0;
  uint64_t map_bytes = 0;
  uint64_t file_bytes = 0;
  /// Pages of the file that were ever used, and those of them that are free.
  uint64_t used_pages = 0;
  uint64_t free_pages = 0;
  std::vector<database_stats> databases;
  /// Those of other processes.
  std::vector<reader_stats> readers;
};

/// What `store_view::check` found.
struct store_report {
  uint64_t entries = 0;
  uint64_t pages = 0;
  uint64_t faults = 0;
};

class environment_state;

/// A storage that is only looked at: beside the service that works on it, or a copy. Never of a
/// storage that this process has open otherwise. Used by one thread.
///
/// Where there is no `lock.mdb`, nobody has the storage open: then it is read without locks, and
/// nothing is made in its directory.
class store_view {
public:
  /// Opens the storage in the directory `named`, or the one that is the file `named`. A file called
  /// `data.mdb` is opened as the storage of its directory, as a service may be at work on it.
  /// Errors: not_found, unavailable (it is being compacted), storage_corrupt (no storage, cut off),
  /// storage_too_new, overloaded (all reader slots are taken), storage_io.
  static expected<store_view> open(const std::filesystem::path& named);

  store_view(store_view&& other) noexcept;
  ~store_view();

  /// Checks every page, then every record and index (`verify`), of one commit, and what the journal
  /// holds for the next; records are not looked at where pages are damaged. Each fault goes to
  /// `on_fault`. Errors: storage_too_new; conflict (an older schema, whose records only a migration
  /// can read; the pages have been checked); storage_io.
  expected<store_report> check(const fault_sink& on_fault) const;

  /// Errors: storage_corrupt, storage_io.
  expected<store_stats> stats() const;

  /// Writes a copy of one commit to the new file `path`, which others may not read from its first
  /// byte on; on return it has survived the loss of power. Under its name there is the whole copy
  /// or nothing. Those who write go on meanwhile.
  /// Returns the bytes of the copy. Errors: already_exists, storage_full, storage_io.
  expected<uint64_t> copy_to(const std::filesystem::path& path) const;

private:
  store_view(std::shared_ptr<environment_state> state, data_file file,
             std::optional<descriptor> lock);

  /// Against those who would replace the file; nothing where it lies in no directory of its own.
  std::optional<descriptor> lock_;
  std::shared_ptr<environment_state> state_;
  data_file file_;
};

} // namespace tocsin::storage
