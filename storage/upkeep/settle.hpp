#pragma once

#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"

#include <filesystem>

namespace tocsin::storage {

/// Has LMDB commit what a process that died left in the journal of `options.directory`, so that the
/// data file alone holds everything. Who has the storage open does that by itself and is waited
/// for, at most `options.reader_patience`: a service that works or begins to, or another command.
/// Call it before the file is copied or replaced.
/// Errors: unavailable (it was not done in time, as a service whose disk fails cannot do it), the
/// others of `open_environment`, and those of `data_file`.
expected<void> settle(const environment::options& options);

/// Whether the data file of `directory` holds everything, as after `settle`.
/// Errors: those of `data_file`, storage_io.
expected<bool> is_settled(const std::filesystem::path& directory);

} // namespace tocsin::storage
