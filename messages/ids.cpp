#include "messages/ids.hpp"

#include <algorithm>
#include <random>

namespace tocsin {

namespace {

constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The value of one character of Crockford's base 32, or -1.
int digit_value(char c) {
  if (c >= 'a' && c <= 'z')
    c = static_cast<char>(c - 'a' + 'A');
  auto at = alphabet.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

} // namespace

uint64_t ulid::unix_ms() const {
  uint64_t result = 0;
  for (size_t i = 0; i < 6; ++i)
    result = result << 8 | bytes[i];
  return result;
}

ulid ulid::plus(uint32_t n) const {
  auto result = *this;
  uint64_t carry = n;
  for (size_t i = 16; i-- > 0 && carry > 0;) {
    carry += result.bytes[i];
    result.bytes[i] = static_cast<uint8_t>(carry);
    carry >>= 8;
  }
  return result;
}

std::string to_string(const ulid& x) {
  // 26 digits of 5 bits are 130 bits: the first digit holds only the top three.
  std::string result(26, '0');
  unsigned accumulator = 0;
  int bits = 0;
  size_t at = 26;
  for (size_t i = 16; i-- > 0;) {
    accumulator |= static_cast<unsigned>(x.bytes[i]) << bits;
    bits += 8;
    while (bits >= 5) {
      result[--at] = alphabet[accumulator & 31];
      accumulator >>= 5;
      bits -= 5;
    }
  }
  result[0] = alphabet[accumulator & 31];
  return result;
}

std::optional<ulid> parse_ulid(std::string_view text) {
  if (text.size() != 26 || digit_value(text[0]) < 0 || digit_value(text[0]) > 7)
    return std::nullopt;
  ulid result;
  unsigned accumulator = 0;
  int bits = 0;
  size_t at = 16;
  for (size_t i = 26; i-- > 0;) {
    auto value = digit_value(text[i]);
    if (value < 0)
      return std::nullopt;
    accumulator |= static_cast<unsigned>(value) << bits;
    bits += 5;
    if (bits >= 8 && at > 0) {
      result.bytes[--at] = static_cast<uint8_t>(accumulator);
      accumulator >>= 8;
      bits -= 8;
    }
  }
  return result;
}

ulid_generator::ulid_generator(uint64_t seed) : state_(seed) {
  if (seed == 0) {
    std::random_device source;
    state_ = static_cast<uint64_t>(source()) << 32 | source();
  }
}

ulid ulid_generator::next(uint64_t unix_ms, uint32_t reserve) {
  ulid result;
  if (unix_ms > last_.unix_ms()) {
    for (size_t i = 0; i < 6; ++i)
      result.bytes[i] = static_cast<uint8_t>(unix_ms >> (8 * (5 - i)));
    auto high = random();
    auto low = random();
    for (size_t i = 0; i < 8; ++i)
      result.bytes[6 + i] = static_cast<uint8_t>(high >> (8 * i));
    result.bytes[14] = static_cast<uint8_t>(low);
    result.bytes[15] = static_cast<uint8_t>(low >> 8);
    // Leaves room to count up within the millisecond without touching the time.
    result.bytes[6] &= 0x7f;
  } else {
    result = last_.plus(1);
  }
  last_ = result.plus(reserve);
  return result;
}

ulid ulid_generator::next(timestamp at, uint32_t reserve) {
  return next(static_cast<uint64_t>(to_unix_ms(at)), reserve);
}

/// splitmix64 (Steele, Lea, Flood 2014): small, and good enough to keep identifiers of several
/// nodes apart; nothing secret hangs on it.
uint64_t ulid_generator::random() {
  auto z = state_ += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

} // namespace tocsin
