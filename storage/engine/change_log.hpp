#pragma once

#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

#include <cstdint>
#include <string>

namespace tocsin::storage {

class write_transaction;

enum class change_kind : uint8_t { put = 1, erase = 2, append = 3 };

/// One change of a log, whose bytes it shows.
struct change {
  change_kind kind = change_kind::put;
  database db = database::meta;
  byte_view key;
  byte_view value;
};

/// What a transaction stored and removed, in order and byte for byte, so that it can be done again
/// on what stood there before. `docs/storage-format.md` gives its bytes.
class change_log {
public:
  void note_put(database db, byte_view key, byte_view value);

  /// Noted apart, as an append fills pages to the brim and a put leaves them half empty: what is
  /// repeated must find room where it had room at first.
  void note_append(database db, byte_view key, byte_view value);
  void note_erase(database db, byte_view key);

  /// Takes over what a transaction within this one did.
  void append(const change_log& x) { bytes_ += x.bytes_; }

  byte_view bytes() const { return bytes_; }

private:
  std::string bytes_;
};

/// Takes the first change off the `bytes` of a log that has one. Errors: storage_corrupt.
expected<change> take_change(byte_view& bytes);

/// Does again what the `bytes` of a log say. Errors: storage_corrupt, and those of changes.
expected<void> repeat_changes(write_transaction& tx, byte_view bytes);

} // namespace tocsin::storage
