#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/database.hpp"
#include "storage/engine/open_commit.hpp"
#include "storage/files/directory_lock.hpp"
#include "storage/files/mapped_pages.hpp"

#include <lmdb.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <vector>

namespace tocsin::storage {

class write_transaction;

/// How many named databases LMDB is told to expect; those of later versions find room too.
inline constexpr unsigned max_databases = 64;

/// The pages of the file that hold nothing any more.
struct free_page_count {
  uint64_t all = 0;
  /// Those that can be written now, as nobody reads a commit that sees them.
  uint64_t reusable = 0;
};

/// What an environment and its transactions share. Internal to `storage`: it shows LMDB.
class environment_state {
public:
  /// `lock` is nothing where the storage is only read.
  environment_state(std::optional<directory_lock> lock, std::filesystem::path directory,
                    MDB_env* env);
  ~environment_state();

  environment_state(const environment_state&) = delete;
  environment_state& operator=(const environment_state&) = delete;

  MDB_env* env() const { return env_; }
  MDB_dbi dbi(database db) const { return dbis[static_cast<size_t>(db)]; }
  const std::filesystem::path& directory() const { return directory_; }

  failure failed(int code, std::string_view action) const;

  /// Takes a used read transaction out of the pool, or begins one. Waits while the map grows,
  /// unless the calling thread reads already: the map would wait for it in turn.
  expected<MDB_txn*> begin_read();

  /// Puts a read transaction back.
  void end_read(MDB_txn* txn);

  /// Claims the one place for a write transaction, and gives it back.
  bool begin_writing();
  void end_writing() { writing_since_.store({}, std::memory_order_release); }

  /// As `environment::write_duration`.
  std::chrono::milliseconds write_duration() const;

  /// Whether anything since `begin_writing` failed as the map is full.
  bool map_is_full() const { return map_is_full_; }

  /// Makes the map larger. Nobody may read or write meanwhile. Errors: storage_full (the process
  /// may have no more address space), storage_io.
  expected<void> set_map_size(uint64_t map_bytes);

  /// Doubles the map, up to the limit. Errors: as `environment::grow`.
  expected<void> grow();

  /// Counts the pages that LMDB keeps for use again; its database 0 lists them.
  expected<free_page_count> count_free_pages(MDB_txn* txn) const;

  /// Takes back the reader slots of processes that died.
  void forget_dead_readers() const;

  // Set once while the environment is opened.
  std::array<MDB_dbi, database_count> dbis{};
  uint64_t map_limit_bytes = 0;
  std::chrono::milliseconds reader_patience{};

  /// The writer's, as it alone may move the map.
  mapped_pages pages;

  /// What is durable and not yet in LMDB.
  open_commit commit;

private:
  void leave();

  /// Changes the size of the map while nobody reads.
  /// Errors: unavailable (a reader did not end in time), storage_full, storage_io.
  expected<void> resize(uint64_t map_bytes);

  std::optional<directory_lock> lock_;
  std::filesystem::path directory_;
  MDB_env* env_;
  /// When the write under way began; the clock's zero while there is none.
  std::atomic<std::chrono::steady_clock::time_point> writing_since_{};
  mutable std::atomic<bool> map_is_full_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_growing_ = false;
  size_t readers_ = 0;
  /// Read transactions that are reset and wait for the next reader.
  std::vector<MDB_txn*> idle_;
};

/// Does in `tx`, the new transaction `txn`, what the journal holds for it and LMDB never committed.
/// Errors: storage_io, storage_corrupt, and those of changes.
expected<void> repeat_lost_changes(environment_state& state, MDB_txn* txn, write_transaction& tx);

} // namespace tocsin::storage
