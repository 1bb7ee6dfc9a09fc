#include "storage/engine/lmdb_failure.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <cerrno>
#include <cstring>
#include <sys/statvfs.h>

namespace tocsin::storage {

namespace {

/// With less than this left, EIO at a write is taken for a full disk. A batch of 1,000 large events
/// stays below it.
constexpr uint64_t full_disk_bytes = uint64_t{64} << 20;

bool is_disk_full(const std::filesystem::path& directory) {
  auto left = disk_free_bytes(directory);
  return left && *left < full_disk_bytes;
}

errc code_of(int code, const std::filesystem::path& directory) {
  switch (code) {
  case MDB_MAP_FULL:
  case ENOSPC:
  case EDQUOT: return errc::storage_full;
  case EIO: return is_disk_full(directory) ? errc::storage_full : errc::storage_io;
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_INVALID:
  case MDB_PANIC:
  case MDB_INCOMPATIBLE: return errc::storage_corrupt;
  case MDB_VERSION_MISMATCH: return errc::storage_too_new;
  case MDB_READERS_FULL: return errc::overloaded;
  default: return errc::storage_io;
  }
}

} // namespace

failure lmdb_failure(int code, std::string_view action, const std::filesystem::path& directory) {
  return fail(code_of(code, directory),
              fmt::format("{} in {}: {}", action, directory.string(), mdb_strerror(code)));
}

expected<uint64_t> disk_free_bytes(const std::filesystem::path& directory) {
  struct statvfs info {};
  if (statvfs(directory.c_str(), &info) != 0)
    return fail(errc::storage_io, fmt::format("cannot tell the free space of {}: {}",
                                              directory.string(), std::strerror(errno)));
  return uint64_t{info.f_bavail} * info.f_frsize;
}

} // namespace tocsin::storage
