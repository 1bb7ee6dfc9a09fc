#include "app/bench/limits/commit_count.hpp"

#include "storage/lmdb_failure.hpp"

#include <lmdb.h>

#include <memory>

namespace tocsin::bench {

expected<uint64_t> count_commits(const std::filesystem::path& directory) {
  MDB_env* opened = nullptr;
  auto code = mdb_env_create(&opened);
  std::unique_ptr<MDB_env, decltype(&mdb_env_close)> env{opened, &mdb_env_close};
  // Nothing but the two meta pages is looked at, which needs no lock.
  if (code == 0)
    code = mdb_env_open(opened, directory.c_str(), MDB_RDONLY | MDB_NOLOCK, 0);
  MDB_envinfo info{};
  if (code == 0)
    code = mdb_env_info(opened, &info);
  if (code != 0)
    return storage::lmdb_failure(code, "cannot count commits", directory);
  return info.me_last_txnid;
}

} // namespace tocsin::bench
