#include "storage/engine/codec.hpp"

#include "messages/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

namespace tocsin::storage {

failure corrupt(database db, byte_view key, std::string_view fault) {
  std::span bytes{reinterpret_cast<const uint8_t*>(key.data()), key.size()};
  return fail(errc::storage_corrupt,
              fmt::format("the record under key {} in {} {}", to_hex(bytes), to_string(db), fault));
}

// -- record_writer --------------------------------------------------------------------------------

record_writer& record_writer::varint(uint64_t x) {
  while (x >= 0x80) {
    u8(static_cast<uint8_t>(x | 0x80));
    x >>= 7;
  }
  return u8(static_cast<uint8_t>(x));
}

record_writer& record_writer::text(std::string_view x) {
  varint(x.size());
  return raw(x);
}

record_writer& record_writer::texts(const std::vector<std::string>& xs) {
  varint(xs.size());
  for (auto& x : xs)
    text(x);
  return *this;
}

// -- record_reader --------------------------------------------------------------------------------

record_reader::record_reader(database db, byte_view key, byte_view value, uint8_t newest_version)
  : db_(db), key_(key), rest_(value) {
  version_ = u8();
  if (!ok())
    return;
  if (version_ == 0)
    refuse("has no version");
  if (version_ > newest_version) {
    refuse("was written by a newer version");
    too_new_ = true;
  }
}

bool record_reader::flag() {
  auto x = u8();
  if (x > 1)
    refuse("holds a flag that is neither 0 nor 1");
  return x == 1;
}

uint64_t record_reader::varint() {
  uint64_t result = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    auto digit = u8();
    if (shift == 63 && digit > 1)
      break;
    result |= uint64_t{digit & 0x7fu} << shift;
    if ((digit & 0x80) == 0)
      return ok() ? result : 0;
  }
  refuse("holds a number that is too large");
  return 0;
}

byte_view record_reader::text() {
  auto size = varint();
  if (size > rest_.size()) {
    refuse("ends too early");
    return {};
  }
  return take(size);
}

std::vector<std::string> record_reader::texts() {
  std::vector<std::string> result;
  auto size = list_size();
  result.reserve(size);
  for (size_t i = 0; i < size && ok(); ++i)
    result.emplace_back(text());
  return result;
}

size_t record_reader::list_size() {
  auto size = varint();
  if (size > rest_.size()) {
    refuse("holds a list that is longer than the record");
    return 0;
  }
  return size;
}

void record_reader::refuse(const char* fault) {
  if (ok())
    fault_ = fault;
  rest_ = {};
}

expected<void> record_reader::state() const {
  if (too_new_)
    return fail(errc::storage_too_new, corrupt(db_, key_, fault_).detail);
  if (!ok())
    return corrupt(db_, key_, fault_);
  return {};
}

expected<void> record_reader::end() const {
  auto result = state();
  if (result && !rest_.empty())
    return corrupt(db_, key_, "has bytes after its end");
  return result;
}

byte_view record_reader::take(size_t size) {
  if (size > rest_.size()) {
    refuse("ends too early");
    return {};
  }
  auto result = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return result;
}

ulid record_reader::raw_id() {
  ulid result;
  auto bytes = take(result.bytes.size());
  std::copy(bytes.begin(), bytes.end(), result.bytes.begin());
  return result;
}

} // namespace tocsin::storage
