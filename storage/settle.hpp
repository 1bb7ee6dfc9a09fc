#pragma once

#include "messages/failure.hpp"

#include <filesystem>

namespace tocsin::storage {

/// Has LMDB commit what a process that died left in the journal of `directory`, so that the data
/// file alone holds everything. Does nothing where nothing is left, nor while a service is at work
/// there, which publishes by itself. Call it before the file is copied or replaced.
/// Errors: those of `environment::open` but for unavailable, and of `data_file`.
expected<void> settle(const std::filesystem::path& directory);

/// Whether the data file of `directory` holds everything, as after `settle`.
/// Errors: those of `data_file`, storage_io.
expected<bool> is_settled(const std::filesystem::path& directory);

} // namespace tocsin::storage
