#pragma once

#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

struct MDB_cursor;

namespace tocsin::storage {

class transaction;

/// Walks over the entries of one database in the order of their keys. Every move tells whether the
/// cursor now stands on an entry. Errors of all moves: storage_io, storage_corrupt.
class cursor {
public:
  cursor(MDB_cursor* raw, database db) : raw_(raw), db_(db) {}
  cursor(cursor&& other) noexcept;
  cursor& operator=(cursor&&) = delete;
  ~cursor();

  expected<bool> first();
  expected<bool> last();
  expected<bool> next();
  expected<bool> previous();

  /// To the first entry whose key is `key` or greater.
  expected<bool> seek(byte_view key);

  /// To the last entry whose key is less than `key`.
  expected<bool> seek_before(byte_view key);

  /// The entry it stands on; valid only after a move that told true.
  byte_view key() const { return key_; }
  byte_view value() const { return value_; }

private:
  expected<bool> move(int operation, byte_view key = {});

  MDB_cursor* raw_;
  database db_;
  byte_view key_;
  byte_view value_;
};

} // namespace tocsin::storage
