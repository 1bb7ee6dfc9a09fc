#include "storage/engine/open_commit.hpp"

#include <lmdb.h>

namespace tocsin::storage {

MDB_txn* open_commit::kept() {
  MDB_stat ignored{};
  // Reads nothing; LMDB refuses it as it would any change.
  if (txn_ != nullptr && mdb_stat(txn_, 0, &ignored) != 0) {
    mdb_txn_abort(std::exchange(txn_, nullptr));
    lost();
  }
  return txn_;
}

MDB_txn* open_commit::take() {
  kept();
  return std::exchange(txn_, nullptr);
}

bool open_commit::keep(MDB_txn* txn, byte_view changes) {
  if (standing_ == standing::lost || (standing_ == standing::published && changes.empty())
      || waiting_ > 0 || room_bytes_ < least_room_bytes || !journal_->has_room(changes.size()))
    return false;
  // Where the journal fails LMDB tries, and what it says counts.
  if (!changes.empty() && !journal_->append(mdb_txn_id(txn), changes))
    return false;
  txn_ = txn;
  set(standing::unpublished);
  return true;
}

void open_commit::committed() {
  journal_->rewind();
  trouble_.reset();
  set(standing::published);
}

void open_commit::lost() {
  if (has_unpublished())
    set(standing::lost);
}

expected<std::string> open_commit::changes_for(MDB_txn* txn) {
  if (standing_ != standing::lost)
    return std::string{};
  return journal_->read(mdb_txn_id(txn));
}

bool open_commit::has_unpublished() const {
  std::lock_guard guard{mutex_};
  return standing_ != standing::published;
}

bool open_commit::is_writer() const {
  std::lock_guard guard{mutex_};
  return writer_ == std::this_thread::get_id();
}

void open_commit::wait(std::chrono::milliseconds patience) const {
  ++waiting_;
  std::unique_lock guard{mutex_};
  auto seen = commits_;
  changed_.wait_for(guard, patience,
                    [&] { return standing_ != standing::unpublished || commits_ != seen; });
  --waiting_;
}

void open_commit::set(standing x) {
  std::lock_guard guard{mutex_};
  if (standing_ == standing::unpublished && x != standing::unpublished) {
    ++commits_;
    changed_.notify_all();
  }
  standing_ = x;
  writer_ = std::this_thread::get_id();
}

} // namespace tocsin::storage
