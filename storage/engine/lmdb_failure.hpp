#pragma once

#include "messages/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <string_view>

namespace tocsin::storage {

/// Turns an error code of LMDB (or `errno`) into a failure. The one place that does.
///
/// `action` says what was tried, for example `cannot commit`. `directory` is that of the storage:
/// a full disk shows as EIO after a short write, so EIO with little space left there counts as
/// storage_full. Codes: storage_full, storage_corrupt, storage_too_new, overloaded (no reader
/// slot), storage_io for all else.
failure lmdb_failure(int code, std::string_view action, const std::filesystem::path& directory);

/// What the disk of `directory` has left for unprivileged users, in bytes.
/// Errors: storage_io.
expected<uint64_t> disk_free_bytes(const std::filesystem::path& directory);

} // namespace tocsin::storage
