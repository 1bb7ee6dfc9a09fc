#pragma once

#include "messages/failure.hpp"

#include <lmdb.h>

#include <filesystem>
#include <memory>

namespace tocsin::storage {

struct environment_closer {
  void operator()(MDB_env* x) const { mdb_env_close(x); }
};

using environment_ptr = std::unique_ptr<MDB_env, environment_closer>;

enum class reader_locks {
  /// Where `lock.mdb` is there; without it nobody has the storage open.
  if_there,
  /// Never: the caller sees to it that nobody writes.
  none,
};

/// Opens the storage in a directory, or one that is a single file, to read it. The file must have
/// been looked at as a `data_file` before. Internal to `storage`: it shows LMDB.
/// Errors: storage_corrupt, storage_too_new, overloaded, storage_io.
expected<environment_ptr> open_readonly(const std::filesystem::path& path, reader_locks locks);

} // namespace tocsin::storage
