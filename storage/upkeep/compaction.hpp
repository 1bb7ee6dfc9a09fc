#pragma once

#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"

#include <cstdint>

namespace tocsin::storage {

/// What the file of a storage took before and after.
struct compaction {
  uint64_t before_bytes = 0;
  uint64_t after_bytes = 0;
};

/// Rewrites the storage in `options.directory` without its free pages. Nobody else may have it
/// open. A crash at any moment leaves the old file or the new one, whole: the copy is made beside,
/// flushed, compared with the original, and then takes its name and its owner. Errors: not_found,
/// unavailable (somebody has it open), storage_corrupt (nothing was changed), storage_full,
/// storage_io.
expected<compaction> compact(const environment::options& options);

} // namespace tocsin::storage
