#include "storage/engine/readonly_environment.hpp"

#include "storage/engine/environment_state.hpp"
#include "storage/engine/lmdb_failure.hpp"

namespace tocsin::storage {

namespace fs = std::filesystem;

expected<environment_ptr> open_readonly(const fs::path& path, reader_locks locks) {
  MDB_env* raw = nullptr;
  if (auto code = mdb_env_create(&raw); code != 0)
    return lmdb_failure(code, "cannot open the storage", path);
  environment_ptr result{raw};
  mdb_env_set_maxdbs(raw, max_databases);
  std::error_code ignored;
  auto is_directory = fs::is_directory(path, ignored);
  auto is_locked
    = locks == reader_locks::if_there && is_directory && fs::exists(path / "lock.mdb", ignored);
  unsigned flags = MDB_RDONLY | MDB_NOTLS;
  if (!is_directory)
    flags |= MDB_NOSUBDIR;
  if (!is_locked)
    flags |= MDB_NOLOCK;
  if (auto code = mdb_env_open(raw, path.c_str(), flags, 0600); code != 0)
    return lmdb_failure(code, "cannot open the storage", path);
  return result;
}

} // namespace tocsin::storage
