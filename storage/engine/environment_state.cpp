#include "storage/engine/environment_state.hpp"

#include "storage/engine/lmdb_failure.hpp"
#include "storage/engine/reader_table.hpp"
#include "storage/engine/transaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <sys/mman.h>
#include <utility>

namespace tocsin::storage {

namespace {

/// How many read transactions the thread has. One that ends on another thread makes this wrong:
/// readers may wait needlessly, or not wait; never unsafe, as `resize` holds the mutex.
thread_local int64_t reads_here = 0;

/// More readers than this at once are rare, and each idle one holds a slot.
constexpr size_t max_idle = 64;

} // namespace

environment_state::environment_state(std::optional<directory_lock> lock,
                                     std::filesystem::path directory, MDB_env* env)
  : lock_(std::move(lock)), directory_(std::move(directory)), env_(env) {}

environment_state::~environment_state() {
  // What it held stands in the journal, and is repeated when the storage is opened again.
  if (auto* txn = commit.take())
    mdb_txn_abort(txn);
  for (auto* txn : idle_)
    mdb_txn_abort(txn);
  mdb_env_close(env_);
}

failure environment_state::failed(int code, std::string_view action) const {
  if (code == MDB_MAP_FULL)
    map_is_full_ = true;
  return lmdb_failure(code, action, directory_);
}

bool environment_state::begin_writing() {
  std::chrono::steady_clock::time_point none;
  if (!writing_since_.compare_exchange_strong(none, std::chrono::steady_clock::now(),
                                              std::memory_order_acquire))
    return false;
  map_is_full_ = false;
  return true;
}

std::chrono::milliseconds environment_state::write_duration() const {
  auto since = writing_since_.load(std::memory_order_relaxed);
  if (since == decltype(since){})
    return {};
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now()
                                                               - since);
}

expected<MDB_txn*> environment_state::begin_read() {
  MDB_txn* txn = nullptr;
  {
    std::unique_lock guard{mutex_};
    changed_.wait(guard, [this] { return !is_growing_ || reads_here > 0; });
    ++readers_;
    if (!idle_.empty()) {
      txn = idle_.back();
      idle_.pop_back();
    }
  }
  auto code = 0;
  if (txn != nullptr) {
    code = mdb_txn_renew(txn);
    if (code != 0)
      mdb_txn_abort(txn);
  } else {
    code = mdb_txn_begin(env_, nullptr, MDB_RDONLY, &txn);
  }
  if (code == 0) {
    ++reads_here;
    return txn;
  }
  leave();
  return failed(code, "cannot begin to read");
}

void environment_state::end_read(MDB_txn* txn) {
  mdb_txn_reset(txn);
  --reads_here;
  {
    std::lock_guard guard{mutex_};
    if (idle_.size() < max_idle) {
      idle_.push_back(txn);
      txn = nullptr;
    }
  }
  if (txn != nullptr)
    mdb_txn_abort(txn);
  leave();
}

expected<void> environment_state::grow() {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  if (info.me_mapsize >= map_limit_bytes)
    return fail(errc::storage_full,
                fmt::format("the storage in {} has reached its limit of {} bytes",
                            directory_.string(), map_limit_bytes));
  if (!begin_writing())
    return fail(errc::unavailable, "the map cannot grow while a write transaction is active");
  auto result = resize(std::min<uint64_t>(info.me_mapsize * 2, map_limit_bytes));
  end_writing();
  return result;
}

expected<void> environment_state::resize(uint64_t map_bytes) {
  std::unique_lock guard{mutex_};
  is_growing_ = true;
  auto alone = changed_.wait_for(guard, reader_patience, [this] { return readers_ == 0; });
  auto sized = alone ? set_map_size(map_bytes) : expected<void>{};
  is_growing_ = false;
  changed_.notify_all();
  guard.unlock();
  if (!alone)
    return fail(errc::unavailable,
                fmt::format("the map of {} cannot grow while somebody reads", directory_.string()));
  return sized;
}

/// LMDB gives the old map up before it asks for the new one, and ends the process at the next
/// transaction where it does not get that. What the new one takes beyond the old is asked for
/// before, so that it is known to be there.
expected<void> environment_state::set_map_size(uint64_t map_bytes) {
  MDB_envinfo info{};
  mdb_env_info(env_, &info);
  auto more = map_bytes - info.me_mapsize;
  auto* probe = mmap(nullptr, more, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (probe == MAP_FAILED)
    return fail(errc::storage_full,
                fmt::format("the map of {} cannot grow to {} bytes, as the process may have no "
                            "more address space (ulimit -v, LimitAS)",
                            directory_.string(), map_bytes));
  munmap(probe, more);
  if (auto code = mdb_env_set_mapsize(env_, map_bytes); code != 0)
    return failed(code, "cannot size the map");
  return {};
}

expected<free_page_count> environment_state::count_free_pages(MDB_txn* txn) const {
  // As LMDB does it: what a commit freed can be written once everybody reads a later one.
  uint64_t oldest_read = mdb_txn_id(txn);
  for (auto& reader : list_readers(env_))
    oldest_read = std::min(oldest_read, reader.transaction.value_or(oldest_read));
  MDB_cursor* raw = nullptr;
  auto code = mdb_cursor_open(txn, 0, &raw);
  free_page_count result;
  MDB_val key{};
  MDB_val value{};
  while (code == 0 && (code = mdb_cursor_get(raw, &key, &value, MDB_NEXT)) == 0) {
    size_t freed_by = 0;
    size_t pages = 0;
    std::memcpy(&freed_by, key.mv_data, sizeof(freed_by));
    std::memcpy(&pages, value.mv_data, sizeof(pages));
    result.all += pages;
    if (freed_by < oldest_read)
      result.reusable += pages;
  }
  if (raw != nullptr)
    mdb_cursor_close(raw);
  if (code != MDB_NOTFOUND)
    return failed(code, "cannot read the list of free pages");
  return result;
}

void environment_state::forget_dead_readers() const {
  int dead = 0;
  mdb_reader_check(env_, &dead);
}

void environment_state::leave() {
  std::lock_guard guard{mutex_};
  if (--readers_ == 0 && is_growing_)
    changed_.notify_all();
}

expected<void> repeat_lost_changes(environment_state& state, MDB_txn* txn, write_transaction& tx) {
  auto changes = state.commit.changes_for(txn);
  if (!changes)
    return changes.error();
  return repeat_changes(tx, *changes);
}

} // namespace tocsin::storage
