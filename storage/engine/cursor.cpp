#include "storage/engine/cursor.hpp"

#include "storage/engine/lmdb_failure.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <utility>

namespace tocsin::storage {

cursor::cursor(cursor&& other) noexcept
  : raw_(std::exchange(other.raw_, nullptr)),
    db_(other.db_),
    key_(other.key_),
    value_(other.value_) {}

cursor::~cursor() {
  if (raw_ != nullptr)
    mdb_cursor_close(raw_);
}

expected<bool> cursor::first() {
  return move(MDB_FIRST);
}

expected<bool> cursor::last() {
  return move(MDB_LAST);
}

expected<bool> cursor::next() {
  return move(MDB_NEXT);
}

expected<bool> cursor::previous() {
  return move(MDB_PREV);
}

expected<bool> cursor::seek(byte_view key) {
  return move(MDB_SET_RANGE, key);
}

expected<bool> cursor::seek_before(byte_view key) {
  auto found = seek(key);
  if (!found)
    return found;
  return *found ? previous() : last();
}

expected<bool> cursor::move(int operation, byte_view key) {
  MDB_val k{key.size(), const_cast<char*>(key.data())};
  MDB_val v{};
  auto code = mdb_cursor_get(raw_, &k, &v, static_cast<MDB_cursor_op>(operation));
  if (code == 0) {
    key_ = {static_cast<const char*>(k.mv_data), k.mv_size};
    value_ = {static_cast<const char*>(v.mv_data), v.mv_size};
    return true;
  }
  if (code == MDB_NOTFOUND)
    return false;
  return lmdb_failure(code, fmt::format("cannot read {}", to_string(db_)), {});
}

} // namespace tocsin::storage
