#include "storage/environment.hpp"

#include "storage/directory_lock.hpp"
#include "storage/environment_state.hpp"
#include "storage/lmdb_failure.hpp"
#include "storage/schema.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace tocsin::storage {

namespace {

/// Flags of ours. Durability is what is left out: MDB_NOSYNC, MDB_NOMETASYNC and MDB_WRITEMAP.
/// Without thread-local readers a read transaction may wander between the threads of a pool.
constexpr unsigned environment_flags = MDB_NOTLS;

constexpr unsigned flags_that_lose_data = MDB_NOSYNC | MDB_NOMETASYNC | MDB_MAPASYNC | MDB_WRITEMAP;

/// Databases of later versions find room too.
constexpr unsigned max_databases = 64;

expected<void> make_directory(const std::filesystem::path& directory) {
  namespace fs = std::filesystem;
  std::error_code ec;
  if (fs::is_directory(directory, ec))
    return {};
  if (!fs::create_directories(directory, ec) && ec)
    return fail(errc::storage_io,
                fmt::format("cannot make the directory {}: {}", directory.string(), ec.message()));
  fs::permissions(directory, fs::perms::owner_all, ec);
  return sync_directory(fs::absolute(directory).parent_path());
}

uint64_t map_bytes(MDB_env* env) {
  MDB_envinfo info{};
  mdb_env_info(env, &info);
  return info.me_mapsize;
}

/// Counts the pages that LMDB keeps for use again; its database 0 lists them.
expected<uint64_t> count_reusable_pages(const environment_state& state, MDB_txn* txn) {
  MDB_cursor* raw = nullptr;
  auto code = mdb_cursor_open(txn, 0, &raw);
  uint64_t result = 0;
  MDB_val key{};
  MDB_val value{};
  while (code == 0 && (code = mdb_cursor_get(raw, &key, &value, MDB_NEXT)) == 0) {
    size_t pages = 0;
    std::memcpy(&pages, value.mv_data, sizeof(pages));
    result += pages;
  }
  if (raw != nullptr)
    mdb_cursor_close(raw);
  if (code != MDB_NOTFOUND)
    return state.failed(code, "cannot read the list of free pages");
  return result;
}

} // namespace

uint64_t environment_sizes::room_bytes() const {
  auto growth = map_limit_bytes > used_bytes ? map_limit_bytes - used_bytes : 0;
  return reusable_bytes + std::min(growth, disk_free_bytes);
}

environment::environment(std::shared_ptr<environment_state> state) : state_(std::move(state)) {}

environment::~environment() = default;

expected<std::shared_ptr<environment>> environment::open(const options& options) {
  if (auto made = make_directory(options.directory); !made)
    return made.error();
  auto lock = directory_lock::acquire(options.directory);
  if (!lock)
    return lock.error();
  MDB_env* env = nullptr;
  if (auto code = mdb_env_create(&env); code != 0)
    return lmdb_failure(code, "cannot open the storage", options.directory);
  auto state = std::make_shared<environment_state>(std::move(*lock), options.directory, env);
  mdb_env_set_maxdbs(env, max_databases);
  mdb_env_set_maxreaders(env, options.max_readers);
  auto code = mdb_env_open(env, options.directory.c_str(), environment_flags, 0600);
  if (code != 0)
    return state->failed(code, "cannot open the storage");
  // The file knows its last size; a larger one than asked for is kept.
  if (map_bytes(env) < options.map_size_bytes)
    code = mdb_env_set_mapsize(env, options.map_size_bytes);
  if (code != 0)
    return state->failed(code, "cannot size the map");
  int stale_readers = 0;
  mdb_reader_check(env, &stale_readers);
  state->map_limit_bytes = std::max(options.map_limit_bytes, options.map_size_bytes);
  state->reader_patience = options.reader_patience;
  auto ready = prepare_schema(state);
  // A migration may need more room than there was.
  while (!ready && ready.error().code == errc::storage_full && state->grow())
    ready = prepare_schema(state);
  if (!ready)
    return ready.error();
  if (auto synced = sync_directory(options.directory); !synced)
    return synced.error();
  return std::shared_ptr<environment>{new environment{std::move(state)}};
}

expected<read_transaction> environment::read() const {
  auto txn = state_->begin_read();
  if (!txn)
    return txn.error();
  return read_transaction{state_, *txn};
}

expected<write_transaction> environment::write() {
  if (!state_->begin_writing())
    return fail(errc::unavailable, "a write transaction is active already");
  MDB_txn* txn = nullptr;
  auto code = mdb_txn_begin(state_->env(), nullptr, 0, &txn);
  if (code != 0) {
    state_->end_writing();
    return state_->failed(code, "cannot begin to write");
  }
  return write_transaction{state_, txn, false};
}

expected<void> environment::grow() {
  return state_->grow();
}

expected<environment_sizes> environment::sizes() const {
  auto txn = state_->begin_read();
  if (!txn)
    return txn.error();
  auto reusable_pages = count_reusable_pages(*state_, *txn);
  state_->end_read(*txn);
  if (!reusable_pages)
    return reusable_pages.error();
  auto disk_free = disk_free_bytes(state_->directory());
  if (!disk_free)
    return disk_free.error();
  MDB_envinfo info{};
  MDB_stat stat{};
  mdb_env_info(state_->env(), &info);
  mdb_env_stat(state_->env(), &stat);
  environment_sizes result;
  result.map_bytes = info.me_mapsize;
  result.map_limit_bytes = state_->map_limit_bytes;
  result.used_bytes = (uint64_t{info.me_last_pgno} + 1) * stat.ms_psize;
  result.reusable_bytes = *reusable_pages * stat.ms_psize;
  result.disk_free_bytes = *disk_free;
  result.readers = info.me_numreaders;
  result.max_readers = info.me_maxreaders;
  return result;
}

unsigned environment::flags() const {
  unsigned result = 0;
  mdb_env_get_flags(state_->env(), &result);
  return result;
}

bool environment::is_durable() const {
  return (flags() & flags_that_lose_data) == 0;
}

ulid environment::node_id() const {
  return state_->node_id;
}

} // namespace tocsin::storage
