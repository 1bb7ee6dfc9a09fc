#pragma once

#include "messages/failure.hpp"
#include "storage/files/journal.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

struct MDB_txn;

namespace tocsin::storage {

/// The commit of LMDB that is being gathered: its transaction stays open from one group of changes
/// to the next, as the journal has made each of them durable. Others see these changes only once
/// LMDB has them. All but the waiting belongs to the writer's thread. Internal to this folder.
class open_commit {
public:
  /// The journal is used only while this much can still be stored: LMDB must find room for all that
  /// was told to be durable, and have it left where others take of the disk too.
  static constexpr uint64_t least_room_bytes = 16 * journal::file_bytes;

  void use(journal x) { journal_.emplace(std::move(x)); }

  /// The transaction that was kept; nullptr if there is none. One in which a damaged page was read
  /// is undone and counts as lost: LMDB takes nothing more in it.
  MDB_txn* kept();

  /// As `kept`, and it is the caller's from then on.
  MDB_txn* take();

  /// Makes `changes` of `txn` durable and keeps it, for the next changes to go on in. False, and
  /// nothing was done, where LMDB is to commit instead: the journal is full or cannot be written,
  /// room is short, there was nothing to write, a transaction was lost since the last commit, or
  /// somebody waits.
  bool keep(MDB_txn* txn, byte_view changes);

  /// Notes how much can still be stored, as it was measured last. Any thread.
  void note_room(uint64_t bytes) { room_bytes_ = bytes; }

  /// Notes that LMDB has committed all changes.
  void committed();

  /// Notes that the transaction was undone. What the journal holds of it must be repeated.
  void lost();

  /// Notes what kept LMDB from committing what was lost. The writer's thread.
  void note_trouble(const failure& x) { trouble_ = x; }

  /// What was noted since the last commit; nothing where it may not have been tried.
  const std::optional<failure>& trouble() const { return trouble_; }

  /// As `environment::journal_fault`.
  const std::optional<failure>& journal_fault() const { return journal_->fault(); }

  /// What is to be repeated in the new transaction `txn`: all that the journal holds for it after
  /// `lost` or a start, else nothing. Errors: those of `journal::read`.
  expected<std::string> changes_for(MDB_txn* txn);

  /// Whether the journal holds changes that LMDB has not committed. Any thread.
  bool has_unpublished() const;

  /// Whether the calling thread is the one that keeps the transaction.
  bool is_writer() const;

  /// Waits until LMDB has committed what the journal holds by now, or has lost it for the time
  /// being, at most this long. Any thread but the writer's.
  void wait(std::chrono::milliseconds patience) const;

  /// How often the journal took changes since the start. Any thread.
  uint64_t appended() const { return journal_ ? journal_->appended() : 0; }

private:
  enum class standing { published, unpublished, lost };

  void set(standing x);

  std::optional<journal> journal_;
  MDB_txn* txn_ = nullptr;
  std::atomic<uint64_t> room_bytes_ = 0;
  std::optional<failure> trouble_;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  standing standing_ = standing::lost;
  /// Counts the commits, so that who waits sees that one was made though the next has begun.
  uint64_t commits_ = 0;
  std::thread::id writer_;
  mutable std::atomic<uint32_t> waiting_ = 0;
};

} // namespace tocsin::storage
