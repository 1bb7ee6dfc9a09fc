#pragma once

#include "messages/failure.hpp"
#include "storage/engine/change_log.hpp"
#include "storage/engine/cursor.hpp"
#include "storage/engine/database.hpp"
#include "storage/engine/late_changes.hpp"

#include <memory>
#include <optional>
#include <string>

struct MDB_txn;

namespace tocsin::storage {

class environment_state;
struct free_page_count;

/// What read and write transactions have in common: one unchanging view of everything stored.
/// Repositories take it by reference. Used by one thread at a time.
class transaction {
public:
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  /// Finds the value under `key`, also one that is yet to be stored by `put_late`.
  /// Errors: storage_io, storage_corrupt.
  expected<std::optional<byte_view>> find(database db, byte_view key) const;

  /// A cursor over `db`; it must go before the transaction does. What is noted by `put_late` it
  /// does not see.
  expected<cursor> open_cursor(database db) const;

  /// How many entries `db` has. O(1).
  expected<uint64_t> count(database db) const;

  /// How many pages of the file are free.
  expected<free_page_count> count_free_pages() const;

protected:
  transaction(std::shared_ptr<environment_state> env, MDB_txn* txn,
              const late_changes* outer = nullptr);
  transaction(transaction&&) noexcept;
  transaction& operator=(transaction&&) = delete;
  ~transaction();

  std::shared_ptr<environment_state> env_;
  MDB_txn* txn_;
  /// Always empty where nothing is written.
  late_changes late_;
};

/// A view of what was committed when it began. Cheap: the environment keeps used ones for the next
/// reader. Hold it briefly, within one handler: while it lives the pages it can see are not
/// reused, and `environment::grow` waits for it.
class read_transaction final : public transaction {
public:
  /// If `is_borrowed`, the LMDB transaction belongs to the writer and is not ended here.
  read_transaction(std::shared_ptr<environment_state> env, MDB_txn* txn, bool is_borrowed = false);
  read_transaction(read_transaction&&) noexcept = default;
  ~read_transaction();

private:
  bool is_borrowed_;
};

/// How changes become durable.
enum class commit_way {
  /// By a commit of LMDB, which others see from then on.
  lmdb,
  /// By the journal, where that can take them: sooner, and others see them with the next commit of
  /// LMDB.
  journal,
};

/// Changes that become durable together, or not at all: without `commit` they are undone. Belongs
/// to the writer's thread. After any failure of storage (not of validation) it can only be undone.
class write_transaction final : public transaction {
public:
  write_transaction(std::shared_ptr<environment_state> env, MDB_txn* txn,
                    commit_way way = commit_way::lmdb);
  write_transaction(write_transaction&&) noexcept;
  ~write_transaction();

  /// Makes the changes durable: on success they survive a crash and the loss of power. A nested
  /// transaction hands its changes to the outer one instead.
  /// Errors: storage_full, storage_io, storage_corrupt; nothing has changed then.
  expected<void> commit();

  /// Undoes everything. Done by the destructor too.
  void abort();

  /// Begins a transaction within this one, so that a part can be undone by itself. This one must
  /// not be used while the nested one lives. Costs some microseconds.
  expected<write_transaction> begin_nested();

  /// Stores `value` under `key`, over what was there.
  /// Errors of all changes: storage_full, storage_io, storage_corrupt.
  expected<void> put(database db, byte_view key, byte_view value);

  /// Stores `value` under `key`; false, and nothing changed, if the key is there already.
  expected<bool> insert(database db, byte_view key, byte_view value);

  /// As `insert` for a key that is greater than all others: faster, and fills pages to the brim.
  /// False, and nothing changed, if it is not greater.
  expected<bool> append(database db, byte_view key, byte_view value);

  /// Removes `key`; false if it was not there.
  expected<bool> erase(database db, byte_view key);

  /// Has `value` stored under `key` with the commit, over what is there by then; `find` gives it at
  /// once. For records that one transaction changes again and again; all their changes must be
  /// late.
  void put_late(database db, byte_view key, byte_view value) { late_.put(db, key, value); }

  /// What this transaction itself has by `put_late` under `key`, to be changed in place; nullptr
  /// where that is nothing.
  std::string* find_late(database db, byte_view key) { return late_.find_bytes(db, key); }

  /// Has what is under `key` removed with the commit, as `put_late` has it stored.
  void erase_late(database db, byte_view key) { late_.erase(db, key); }

  /// Room for one record at a time, kept between records.
  std::string& scratch() { return scratch_; }

  /// Has `changes` hold all that is changed from now on, whatever makes it durable.
  void keep_changes() { is_logged_ = true; }

  /// The bytes of a `change_log` of what was changed, by transactions within this one too that were
  /// committed; stays after the commit. Empty unless `keep_changes` was called or the journal takes
  /// them.
  byte_view changes() const { return changes_.bytes(); }

private:
  write_transaction(write_transaction& outer, MDB_txn* txn);

  void store_late();
  expected<void> commit_nested();
  expected<void> commit_outermost();
  failure failed(int code, const char* action, database db);
  expected<bool> store(database db, byte_view key, byte_view value, unsigned flags,
                       const char* action);

  /// That around this one; nullptr where this is the outermost.
  write_transaction* outer_ = nullptr;
  commit_way way_;
  bool is_logged_;
  change_log changes_;
  /// The first failure of storage; nothing can be committed after it.
  std::optional<failure> failure_;
  std::string scratch_;
};

} // namespace tocsin::storage
