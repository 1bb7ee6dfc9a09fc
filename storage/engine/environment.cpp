#include "storage/engine/environment.hpp"

#include "storage/engine/environment_state.hpp"
#include "storage/engine/lmdb_failure.hpp"
#include "storage/engine/write_with_room.hpp"
#include "storage/files/data_file.hpp"
#include "storage/files/data_path.hpp"
#include "storage/files/directory_lock.hpp"
#include "storage/files/page_check.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace tocsin::storage {

namespace {

/// Flags of ours. Durability is what is left out: MDB_NOSYNC, MDB_NOMETASYNC and MDB_WRITEMAP.
/// Without thread-local readers a read transaction may wander between the threads of a pool.
constexpr unsigned environment_flags = MDB_NOTLS;

constexpr unsigned flags_that_lose_data = MDB_NOSYNC | MDB_NOMETASYNC | MDB_MAPASYNC | MDB_WRITEMAP;

/// Makes the directory and those above it that are missing, so that they survive the loss of power.
expected<void> make_directory(const std::filesystem::path& named) {
  namespace fs = std::filesystem;
  auto directory = fs::absolute(named);
  // With a slash behind it, it would lie in itself.
  if (!directory.has_filename())
    directory = directory.parent_path();
  std::error_code ec;
  std::vector<fs::path> missing;
  for (auto at = directory; !fs::is_directory(at, ec) && at.has_relative_path();
       at = at.parent_path())
    missing.push_back(at);
  if (!fs::create_directories(directory, ec) && ec)
    return fail(errc::storage_io,
                fmt::format("cannot make the directory {}: {}", directory.string(), ec.message()));
  if (!missing.empty())
    fs::permissions(directory, fs::perms::owner_all, ec);
  for (auto& each : missing)
    if (auto synced = sync_directory(each.parent_path()); !synced)
      return synced;
  return {};
}

/// Whether LMDB can be let near the file: it ends the process where one is cut off. A file without
/// content is a new one.
expected<void> check_file(const std::filesystem::path& path) {
  std::error_code ec;
  if (auto size = std::filesystem::file_size(path, ec); ec || size == 0)
    return {};
  auto file = data_file::open(path);
  if (!file)
    return file.error();
  auto last = file->last_commit();
  if (!last)
    return last.error();
  return check_length(*file, *last);
}

uint64_t map_bytes(MDB_env* env) {
  MDB_envinfo info{};
  mdb_env_info(env, &info);
  return info.me_mapsize;
}

} // namespace

uint64_t environment_sizes::room_bytes() const {
  auto growth = map_limit_bytes > used_bytes ? map_limit_bytes - used_bytes : 0;
  return reusable_bytes + std::min(growth, disk_free_bytes);
}

environment::environment(std::shared_ptr<environment_state> state) : state_(std::move(state)) {}

environment::~environment() = default;

expected<std::shared_ptr<environment>> environment::open(const options& options,
                                                         const migration& migrate) {
  if (auto made = make_directory(options.directory); !made)
    return made.error();
  auto lock = directory_lock::acquire(options.directory, options.opener_patience);
  if (!lock)
    return lock.error();
  // Left by somebody who was killed while compacting.
  std::error_code ignored;
  std::filesystem::remove(compact_copy_path(options.directory), ignored);
  if (auto whole = check_file(data_path(options.directory)); !whole)
    return whole.error();
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
    if (auto sized = state->set_map_size(options.map_size_bytes); !sized)
      return sized.error();
  state->forget_dead_readers();
  auto opened = journal::open(options.directory);
  if (!opened)
    return opened.error();
  state->commit.use(std::move(*opened));
  state->map_limit_bytes = std::max(options.map_limit_bytes, options.map_size_bytes);
  state->reader_patience = options.reader_patience;
  state->pages = mapped_pages{data_path(options.directory), options.max_resident_bytes};
  // A migration may need more room than there was.
  auto ready = write_with_room(*state, [&] { return prepare_schema(state, migrate); });
  if (!ready)
    return ready.error();
  if (auto synced = sync_directory(options.directory); !synced)
    return synced.error();
  std::shared_ptr<environment> result{new environment{std::move(state)}};
  result->measure_room();
  return result;
}

/// The journal is not used before the room is known; where it cannot be measured that is all. No
/// slot of a reader stays taken for it.
void environment::measure_room() const {
  MDB_txn* txn = nullptr;
  if (mdb_txn_begin(state_->env(), nullptr, MDB_RDONLY, &txn) != 0)
    return;
  static_cast<void>(sizes(read_transaction{state_, txn, true}));
  mdb_txn_abort(txn);
}

expected<read_transaction> environment::read() {
  if (has_unpublished()) {
    if (!state_->commit.is_writer())
      state_->commit.wait(state_->reader_patience);
    else if (auto& trouble = state_->commit.trouble())
      return *trouble;
    else if (auto published = publish(); !published)
      return published.error();
  }
  return read_published();
}

expected<read_transaction> environment::read_published() const {
  auto txn = state_->begin_read();
  if (!txn)
    return txn.error();
  return read_transaction{state_, *txn};
}

expected<read_transaction> environment::read_unpublished() {
  if (auto* txn = state_->commit.kept())
    return read_transaction{state_, txn, true};
  return read();
}

expected<write_transaction> environment::write(commit_way way) {
  if (!state_->begin_writing())
    return fail(errc::unavailable, "a write transaction is active already");
  if (auto* kept = state_->commit.take())
    return write_transaction{state_, kept, way};
  MDB_txn* txn = nullptr;
  auto code = mdb_txn_begin(state_->env(), nullptr, 0, &txn);
  if (code != 0) {
    state_->end_writing();
    return state_->failed(code, "cannot begin to write");
  }
  write_transaction result{state_, txn, way};
  if (auto repeated = repeat_lost_changes(*state_, txn, result); !repeated)
    return repeated.error();
  return result;
}

std::chrono::milliseconds environment::write_duration() const {
  return state_->write_duration();
}

bool environment::has_unpublished() const {
  return state_->commit.has_unpublished();
}

const std::optional<failure>& environment::journal_fault() const {
  return state_->commit.journal_fault();
}

expected<void> environment::publish() {
  if (!has_unpublished())
    return {};
  auto result = write_with_room(*this, [this]() -> expected<void> {
    auto tx = write();
    return tx ? tx->commit() : expected<void>{tx.error()};
  });
  if (!result)
    state_->commit.note_trouble(result.error());
  return result;
}

bool environment::map_is_full() const {
  return state_->map_is_full();
}

expected<void> environment::grow() {
  return state_->grow();
}

expected<environment_sizes> environment::sizes(const transaction& tx) const {
  state_->forget_dead_readers();
  auto free_pages = tx.count_free_pages();
  if (!free_pages)
    return free_pages.error();
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
  result.free_bytes = free_pages->all * stat.ms_psize;
  result.reusable_bytes = free_pages->reusable * stat.ms_psize;
  result.disk_free_bytes = *disk_free;
  std::error_code ignored;
  auto file_bytes = std::filesystem::file_size(data_path(state_->directory()), ignored);
  result.file_bytes = ignored ? result.used_bytes : file_bytes;
  result.commits = info.me_last_txnid + state_->commit.appended();
  result.readers = info.me_numreaders;
  result.max_readers = info.me_maxreaders;
  state_->commit.note_room(result.room_bytes());
  return result;
}

void environment::give_back_pages() const {
  state_->pages.give_back();
}

unsigned environment::flags() const {
  unsigned result = 0;
  mdb_env_get_flags(state_->env(), &result);
  return result;
}

bool environment::is_durable() const {
  return (flags() & flags_that_lose_data) == 0;
}

} // namespace tocsin::storage
