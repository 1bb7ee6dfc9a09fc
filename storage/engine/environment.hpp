#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/schema.hpp"
#include "storage/engine/transaction.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace tocsin::storage {

/// How much room there is and how much of it is taken. Sizes in bytes.
struct environment_sizes {
  /// What the map holds before it must grow, and what it may grow to.
  uint64_t map_bytes = 0;
  uint64_t map_limit_bytes = 0;
  uint64_t file_bytes = 0;
  /// The part of the file that was ever written, what of that holds nothing any more, and what of
  /// that can be written again by now: not what somebody who reads, as a backup, may still see.
  uint64_t used_bytes = 0;
  uint64_t free_bytes = 0;
  uint64_t reusable_bytes = 0;
  /// What the disk has left for us.
  uint64_t disk_free_bytes = 0;
  /// How often changes became durable: the commits since the storage was made or compacted, and
  /// what the journal took since it was opened.
  uint64_t commits = 0;
  uint32_t readers = 0;
  uint32_t max_readers = 0;

  /// How much can still be stored, growth included.
  uint64_t room_bytes() const;
};

/// The storage of one node: an LMDB environment in a directory of its own, opened by one process
/// at a time and always durable (never NOSYNC, NOMETASYNC or WRITEMAP), with a journal beside it.
/// Thread-safe, except that write transactions, `publish` and `grow` belong to the one writer
/// thread. Never use it across a fork.
class environment {
public:
  struct options {
    /// Created with mode 0700 where it is missing.
    std::filesystem::path directory;
    /// The map's first size. It is only address space: the file grows as it is written.
    uint64_t map_size_bytes = uint64_t{1} << 30;
    /// The size up to which `grow` goes.
    uint64_t map_limit_bytes = uint64_t{64} << 30;
    /// At most this many read transactions at once, pooled ones included.
    uint32_t max_readers = 254;
    /// How long `grow` waits for those who read.
    std::chrono::milliseconds reader_patience{5000};
    /// How long another process that has the storage open is waited for.
    std::chrono::milliseconds opener_patience{0};
    /// How much of files, the map and the program itself, the process may have in memory before
    /// `give_back_pages` lets go of the map's. They stay in the system's cache, from which they
    /// come back at once; kept, they count as the process's own until the system is short of
    /// memory.
    uint64_t max_resident_bytes = uint64_t{64} << 20;
  };

  /// Opens the storage in `options.directory`, or makes a new one there. `open_environment` brings
  /// the migration along. Errors: unavailable (another process has it open), storage_too_new,
  /// storage_full, storage_io, storage_corrupt.
  static expected<std::shared_ptr<environment>> open(const options& options,
                                                     const migration& migrate);

  environment(const environment&) = delete;
  environment& operator=(const environment&) = delete;
  ~environment();

  /// Begins to read all that was told to be durable. Any thread. A thread that reads already hands
  /// on the transaction it has instead of beginning another.
  ///
  /// It may wait, at most `reader_patience`: until the changes of the journal are published, which
  /// the writer sees to within 20 ms, and while the map grows, which waits for those who read. On
  /// the writer's own thread it publishes them, or fails as that failed when it was tried last;
  /// whether it can be done again is for `publish` and the next commit to find out.
  /// Errors: overloaded (all reader slots taken), storage_io; of publishing.
  expected<read_transaction> read();

  /// As `read`, without the wait for the journal: of deliveries it may lack what the last
  /// milliseconds brought. All configuration is there. Errors: overloaded, storage_io.
  expected<read_transaction> read_published() const;

  /// As `read`, for the writer's thread, which need not publish for that: the view is of the
  /// moment, and must be gone before the next write and the next such view. Errors: those of
  /// `read`.
  expected<read_transaction> read_unpublished();

  /// Begins to write. The writer's thread only, one at a time.
  /// Errors: unavailable (one is active already), storage_full, storage_io, storage_corrupt.
  expected<write_transaction> write(commit_way way = commit_way::lmdb);

  /// For how long the change that is being written has taken by now; zero while there is none. A
  /// disk that does not answer shows in it. Any thread.
  std::chrono::milliseconds write_duration() const;

  /// Whether there are changes that are durable and that others cannot see yet. Any thread.
  bool has_unpublished() const;

  /// What kept the journal from taking changes when that was tried last, as LMDB's commits replace
  /// it then without another word; nothing while it takes them. The writer's thread only.
  const std::optional<failure>& journal_fault() const;

  /// Has LMDB commit what the journal holds, and grows the map for that where it must; no more than
  /// a look where it holds nothing. The writer's thread only. Errors: those of a commit; the
  /// journal still holds it all then.
  expected<void> publish();

  /// Whether what was written last failed as the map is full: then `grow` helps. A full disk is
  /// storage_full too, and a larger map no help. The writer's thread only.
  bool map_is_full() const;

  /// Doubles the map, up to the limit. The writer's thread only, with no write transaction active.
  /// New readers are held off and those at work waited for, at most `reader_patience`.
  /// Errors: storage_full (at the limit, or without address space), unavailable (a transaction did
  /// not end), storage_io.
  expected<void> grow();

  /// Counts what `tx`, a transaction of this environment, sees. Forgets first what died while it
  /// read (a backup that was killed): the pages it could see are free to be reused from then on.
  /// What room was found decides until the next time whether the journal is used: a node that
  /// writes asks at least every second, and more often under load.
  /// Errors: storage_io, storage_corrupt.
  expected<environment_sizes> sizes(const transaction& tx) const;

  /// Lets go of the pages of the map that the process has in memory, where these and all else that
  /// it has of files are more than `max_resident_bytes`. To be called now and then, as finding out
  /// takes longer (25 us) than many a commit's own work. Any thread.
  void give_back_pages() const;

  /// The flags of the LMDB environment as LMDB reports them.
  unsigned flags() const;

  /// Whether every commit is flushed to the disk before it returns.
  bool is_durable() const;

private:
  explicit environment(std::shared_ptr<environment_state> state);

  void measure_room() const;

  std::shared_ptr<environment_state> state_;
};

} // namespace tocsin::storage
