#include "storage/engine/transaction.hpp"

#include "storage/engine/environment_state.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <utility>

namespace tocsin::storage {

namespace {

MDB_val to_val(byte_view x) {
  return {x.size(), const_cast<char*>(x.data())};
}

} // namespace

// -- transaction ----------------------------------------------------------------------------------

transaction::transaction(std::shared_ptr<environment_state> env, MDB_txn* txn,
                         const late_changes* outer)
  : env_(std::move(env)), txn_(txn), late_(outer) {}

transaction::transaction(transaction&& other) noexcept
  : env_(std::move(other.env_)),
    txn_(std::exchange(other.txn_, nullptr)),
    late_(std::move(other.late_)) {}

transaction::~transaction() = default;

expected<std::optional<byte_view>> transaction::find(database db, byte_view key) const {
  if (auto* late = late_.find(db, key))
    return *late ? std::optional<byte_view>{**late} : std::nullopt;
  auto k = to_val(key);
  MDB_val v{};
  auto code = mdb_get(txn_, env_->dbi(db), &k, &v);
  if (code == 0)
    return std::optional<byte_view>{byte_view{static_cast<const char*>(v.mv_data), v.mv_size}};
  // No key of ours is empty or longer than LMDB allows, so nothing is stored under such a one.
  if (code == MDB_NOTFOUND || code == MDB_BAD_VALSIZE)
    return std::optional<byte_view>{};
  return env_->failed(code, fmt::format("cannot read {}", to_string(db)));
}

expected<cursor> transaction::open_cursor(database db) const {
  MDB_cursor* raw = nullptr;
  auto code = mdb_cursor_open(txn_, env_->dbi(db), &raw);
  if (code != 0)
    return env_->failed(code, fmt::format("cannot read {}", to_string(db)));
  return cursor{raw, db};
}

expected<uint64_t> transaction::count(database db) const {
  MDB_stat info{};
  auto code = mdb_stat(txn_, env_->dbi(db), &info);
  if (code != 0)
    return env_->failed(code, fmt::format("cannot read {}", to_string(db)));
  return uint64_t{info.ms_entries};
}

expected<free_page_count> transaction::count_free_pages() const {
  return env_->count_free_pages(txn_);
}

// -- read_transaction -----------------------------------------------------------------------------

read_transaction::read_transaction(std::shared_ptr<environment_state> env, MDB_txn* txn,
                                   bool is_borrowed)
  : transaction(std::move(env), txn), is_borrowed_(is_borrowed) {}

read_transaction::~read_transaction() {
  if (txn_ != nullptr && !is_borrowed_)
    env_->end_read(txn_);
}

// -- write_transaction ----------------------------------------------------------------------------

write_transaction::write_transaction(std::shared_ptr<environment_state> env, MDB_txn* txn,
                                     commit_way way)
  : transaction(std::move(env), txn), way_(way), is_logged_(way == commit_way::journal) {}

write_transaction::write_transaction(write_transaction& outer, MDB_txn* txn)
  : transaction(outer.env_, txn, &outer.late_),
    outer_(&outer),
    way_(outer.way_),
    is_logged_(outer.is_logged_) {}

write_transaction::write_transaction(write_transaction&& other) noexcept
  : transaction(std::move(other)),
    outer_(other.outer_),
    way_(other.way_),
    is_logged_(other.is_logged_),
    changes_(std::move(other.changes_)),
    failure_(std::move(other.failure_)),
    scratch_(std::move(other.scratch_)) {}

write_transaction::~write_transaction() {
  abort();
}

expected<void> write_transaction::commit() {
  if (outer_ == nullptr)
    store_late();
  if (failure_) {
    auto result = *failure_;
    abort();
    return result;
  }
  return outer_ != nullptr ? commit_nested() : commit_outermost();
}

expected<void> write_transaction::commit_nested() {
  auto code = mdb_txn_commit(std::exchange(txn_, nullptr));
  auto env = std::exchange(env_, nullptr);
  if (code != 0)
    return env->failed(code, "cannot commit");
  outer_->changes_.append(changes_);
  outer_->late_.add(late_);
  return {};
}

expected<void> write_transaction::commit_outermost() {
  // An ended transaction does not keep the environment open.
  auto env = std::exchange(env_, nullptr);
  auto* txn = std::exchange(txn_, nullptr);
  auto is_kept = way_ == commit_way::journal && env->commit.keep(txn, changes_.bytes());
  auto code = is_kept ? 0 : mdb_txn_commit(txn);
  if (code != 0)
    env->commit.lost();
  else if (!is_kept)
    env->commit.committed();
  env->end_writing();
  if (code != 0)
    return env->failed(code, "cannot commit");
  return {};
}

/// Does what was put off; the first failure is noted as always.
void write_transaction::store_late() {
  for (auto& [where, what] : late_)
    if (what)
      static_cast<void>(put(where.db, where.key, *what));
    else
      static_cast<void>(erase(where.db, where.key));
}

void write_transaction::abort() {
  if (txn_ == nullptr)
    return;
  mdb_txn_abort(std::exchange(txn_, nullptr));
  auto env = std::exchange(env_, nullptr);
  if (outer_ != nullptr)
    return;
  env->commit.lost();
  env->end_writing();
}

expected<write_transaction> write_transaction::begin_nested() {
  if (failure_)
    return *failure_;
  MDB_txn* child = nullptr;
  auto code = mdb_txn_begin(env_->env(), txn_, 0, &child);
  if (code != 0)
    return env_->failed(code, "cannot begin a nested transaction");
  return write_transaction{*this, child};
}

expected<void> write_transaction::put(database db, byte_view key, byte_view value) {
  auto stored = store(db, key, value, 0, "store");
  if (!stored)
    return stored.error();
  return {};
}

expected<bool> write_transaction::insert(database db, byte_view key, byte_view value) {
  return store(db, key, value, MDB_NOOVERWRITE, "insert");
}

expected<bool> write_transaction::append(database db, byte_view key, byte_view value) {
  return store(db, key, value, MDB_APPEND, "append");
}

expected<bool> write_transaction::erase(database db, byte_view key) {
  if (failure_)
    return *failure_;
  auto k = to_val(key);
  auto code = mdb_del(txn_, env_->dbi(db), &k, nullptr);
  if (code == 0 && is_logged_)
    changes_.note_erase(db, key);
  if (code == 0)
    return true;
  if (code == MDB_NOTFOUND)
    return false;
  return failed(code, "erase", db);
}

expected<bool> write_transaction::store(database db, byte_view key, byte_view value, unsigned flags,
                                        const char* action) {
  if (failure_)
    return *failure_;
  auto k = to_val(key);
  auto v = to_val(value);
  auto code = mdb_put(txn_, env_->dbi(db), &k, &v, flags);
  if (code == 0 && is_logged_ && flags == MDB_APPEND)
    changes_.note_append(db, key, value);
  else if (code == 0 && is_logged_)
    changes_.note_put(db, key, value);
  if (code == 0)
    return true;
  if (code == MDB_KEYEXIST)
    return false;
  return failed(code, action, db);
}

failure write_transaction::failed(int code, const char* action, database db) {
  failure_ = env_->failed(code, fmt::format("cannot {} a record of {}", action, to_string(db)));
  return *failure_;
}

} // namespace tocsin::storage
