#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/database.hpp"
#include "storage/files/bytes.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tocsin::storage {

/// The 16 bytes of an id as a key. Lives as long as `x`.
inline byte_view as_key(const ulid& x) {
  return {reinterpret_cast<const char*>(x.bytes.data()), x.bytes.size()};
}

/// Writes one value: a version byte, then fields. Numbers of fixed width are big-endian, varints
/// unsigned LEB128, texts a varint with their length in bytes and the bytes.
class record_writer {
public:
  /// Replaces what `out` held. `out` must outlive the writer.
  record_writer(std::string& out, uint8_t version) : out_(out) {
    out_.clear();
    u8(version);
  }

  record_writer& u8(uint8_t x) {
    out_.push_back(static_cast<char>(x));
    return *this;
  }

  record_writer& flag(bool x) { return u8(x ? 1 : 0); }

  template <class Enum>
  requires std::is_enum_v<Enum> record_writer& enumerator(Enum x) {
    return u8(static_cast<uint8_t>(x));
  }

  record_writer& u16(uint16_t x) { return fixed(x); }
  record_writer& u32(uint32_t x) { return fixed(x); }
  record_writer& u64(uint64_t x) { return fixed(x); }
  record_writer& instant(timestamp x) { return fixed(static_cast<uint64_t>(to_unix_ms(x))); }
  record_writer& varint(uint64_t x);
  record_writer& text(std::string_view x);
  record_writer& texts(const std::vector<std::string>& xs);

  record_writer& id(const ulid& x) {
    out_.append(as_key(x));
    return *this;
  }

  record_writer& raw(byte_view x) {
    out_.append(x);
    return *this;
  }

  byte_view bytes() const { return out_; }

private:
  template <class T>
  record_writer& fixed(T x) {
    char buffer[sizeof(T)];
    store_big_endian(buffer, x);
    out_.append(buffer, sizeof(T));
    return *this;
  }

  std::string& out_;
};

/// Reads one value and never beyond its end. After the first fault all reads give zero; `end` then
/// tells of it, so fields can be read in a row without a check after each.
class record_reader {
public:
  /// Begins to read `value`, found under `key` in `db`, of a version up to `newest_version`.
  record_reader(database db, byte_view key, byte_view value, uint8_t newest_version);

  /// Begins to read bytes without a version: a key.
  record_reader(database db, byte_view key, byte_view value) : db_(db), key_(key), rest_(value) {}

  uint8_t version() const { return version_; }

  uint8_t u8() {
    auto x = take(1);
    return x.empty() ? uint8_t{0} : static_cast<uint8_t>(x[0]);
  }

  bool flag();

  /// An enumerator from `first` to `last`.
  template <class Enum>
  Enum enumerator(Enum first, Enum last) {
    auto x = u8();
    if (x < static_cast<uint8_t>(first) || x > static_cast<uint8_t>(last)) {
      refuse("holds an unknown enumerator");
      return first;
    }
    return static_cast<Enum>(x);
  }

  uint16_t u16() { return fixed<uint16_t>(); }
  uint32_t u32() { return fixed<uint32_t>(); }
  uint64_t u64() { return fixed<uint64_t>(); }
  timestamp instant() { return from_unix_ms(static_cast<int64_t>(u64())); }
  uint64_t varint();

  /// A varint that must fit into `T`.
  template <std::unsigned_integral T>
  T narrow_varint() {
    auto x = varint();
    if (x > static_cast<T>(-1))
      refuse("holds a number that is too large");
    return static_cast<T>(x);
  }

  byte_view text();
  std::vector<std::string> texts();

  /// The length of a list whose entries take at least a byte each, so that a wrong one cannot make
  /// anybody reserve what is not there.
  size_t list_size();

  template <class Id>
  Id id() {
    return Id{raw_id()};
  }

  byte_view raw(size_t size) { return take(size); }

  /// Notes a fault that the caller found, for example "names an unknown state".
  void refuse(const char* fault);

  bool ok() const { return fault_ == nullptr; }

  /// Tells of the first fault. Errors: storage_corrupt, naming database and key; storage_too_new if
  /// the record's version is unknown.
  expected<void> state() const;

  /// As `state`, and bytes that are left over are a fault too.
  expected<void> end() const;

private:
  byte_view take(size_t size);
  ulid raw_id();

  template <class T>
  T fixed() {
    auto x = take(sizeof(T));
    return x.empty() ? T{0} : load_big_endian<T>(x.data());
  }

  database db_;
  byte_view key_;
  byte_view rest_;
  uint8_t version_ = 0;
  bool too_new_ = false;
  const char* fault_ = nullptr;
};

/// The failure for a record that contradicts others, for example "names an event that is not
/// there".
failure corrupt(database db, byte_view key, std::string_view fault);

} // namespace tocsin::storage
