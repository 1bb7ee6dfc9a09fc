#include "storage/engine/change_log.hpp"

#include "storage/engine/codec.hpp"
#include "storage/engine/transaction.hpp"

#include <array>

namespace tocsin::storage {

namespace {

/// What stands before the key: what was done, in which database, and the sizes of key and value.
using change_head = std::array<char, 2 + sizeof(uint16_t) + sizeof(uint32_t)>;

void note(std::string& out, change_kind kind, database db, byte_view key, byte_view value) {
  change_head head{static_cast<char>(kind), static_cast<char>(db)};
  // LMDB takes no key of more than 511 bytes.
  store_big_endian(head.data() + 2, static_cast<uint16_t>(key.size()));
  store_big_endian(head.data() + 4, static_cast<uint32_t>(value.size()));
  out.append(head.data(), head.size()).append(key).append(value);
}

/// Does one change again. Errors: those of changes.
expected<void> repeat(write_transaction& tx, const change& x) {
  if (x.kind == change_kind::put)
    return tx.put(x.db, x.key, x.value);
  auto done
    = x.kind == change_kind::erase ? tx.erase(x.db, x.key) : tx.append(x.db, x.key, x.value);
  if (!done)
    return done.error();
  // Its key was the last one when it was noted. Should it not be now, it belongs there all the
  // same.
  if (x.kind == change_kind::append && !*done)
    return tx.put(x.db, x.key, x.value);
  return {};
}

} // namespace

void change_log::note_put(database db, byte_view key, byte_view value) {
  note(bytes_, change_kind::put, db, key, value);
}

void change_log::note_append(database db, byte_view key, byte_view value) {
  note(bytes_, change_kind::append, db, key, value);
}

void change_log::note_erase(database db, byte_view key) {
  note(bytes_, change_kind::erase, db, key, {});
}

expected<change> take_change(byte_view& bytes) {
  constexpr auto last_database = static_cast<database>(database_count - 1);
  record_reader in{database::meta, "journal", bytes};
  change result;
  result.kind = in.enumerator(change_kind::put, change_kind::append);
  result.db = in.enumerator(database{}, last_database);
  auto key_bytes = in.u16();
  auto value_bytes = in.u32();
  result.key = in.raw(key_bytes);
  result.value = in.raw(value_bytes);
  if (auto read = in.state(); !read)
    return read.error();
  bytes.remove_prefix(change_head{}.size() + result.key.size() + result.value.size());
  return result;
}

expected<void> repeat_changes(write_transaction& tx, byte_view bytes) {
  while (!bytes.empty()) {
    auto next = take_change(bytes);
    if (!next)
      return next.error();
    if (auto repeated = repeat(tx, *next); !repeated)
      return repeated;
  }
  return {};
}

} // namespace tocsin::storage
