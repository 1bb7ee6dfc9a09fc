#include "channels/transport/address_rules.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <string>
#include <system_error>

namespace tocsin::channels {

namespace {

/// The special-purpose blocks of IANA's IPv4 registry that no public host lives in.
constexpr std::array<address_block<4>, 15> private_v4{{
  {{0}, 8},             // this network
  {{10}, 8},            // private use
  {{100, 64}, 10},      // shared by carriers
  {{127}, 8},           // loopback
  {{169, 254}, 16},     // link local, with the clouds' metadata services
  {{172, 16}, 12},      // private use
  {{192, 0, 0}, 24},    // protocol assignments
  {{192, 0, 2}, 24},    // documentation
  {{192, 88, 99}, 24},  // 6to4 relays
  {{192, 168}, 16},     // private use
  {{198, 18}, 15},      // benchmarks
  {{198, 51, 100}, 24}, // documentation
  {{203, 0, 113}, 24},  // documentation
  {{224}, 4},           // multicast
  {{240}, 4},           // reserved, with broadcast
}};

/// What the global unicast block of IPv6 sets apart again.
constexpr std::array<address_block<16>, 4> private_v6{{
  {{0x20, 0x01}, 23},             // protocol assignments, with Teredo
  {{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
  {{0x20, 0x02}, 16},             // 6to4
  {{0x3f, 0xff}, 20},             // documentation
}};

/// Nothing outside of this is a public host, whatever the registry makes of it later.
constexpr address_block<16> global_unicast{{0x20}, 3};

/// Blocks whose last four bytes are an IPv4 address.
constexpr std::array<address_block<16>, 2> embedded_v4{{
  {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},
  {{0, 0x64, 0xff, 0x9b}, 96},
}};

template <class Blocks, class Address>
bool any_holds(const Blocks& blocks, Address address) {
  return std::any_of(blocks.begin(), blocks.end(), [address](auto& x) { return x.holds(address); });
}

/// Reads one address; the number of bits it has, 0 if it is not an address.
size_t parse_address(const std::string& text, std::array<uint8_t, 16>& bytes) {
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    return 32;
  return inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1 ? 128 : 0;
}

template <size_t N>
bool has_bits_beyond(const address_block<N>& x) {
  for (size_t bit = x.length; bit < N * 8; ++bit)
    if ((x.prefix[bit / 8] >> (7 - bit % 8) & 1) != 0)
      return true;
  return false;
}

/// Adds `word` to `list`; false if it is no block.
bool add_block(std::string_view word, address_list& list) {
  auto slash = std::min(word.find('/'), word.size());
  std::array<uint8_t, 16> bytes{};
  auto bits = parse_address(std::string{word.substr(0, slash)}, bytes);
  auto length = bits;
  if (slash < word.size()) {
    auto digits = word.substr(slash + 1);
    auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (fault != std::errc{} || end != digits.data() + digits.size())
      return false;
  }
  if (bits == 0 || length > bits)
    return false;
  if (bits == 128) {
    list.v6.push_back({bytes, length});
    return !has_bits_beyond(list.v6.back());
  }
  address_block<4> block{{}, length};
  std::copy_n(bytes.begin(), block.prefix.size(), block.prefix.begin());
  list.v4.push_back(block);
  return !has_bits_beyond(block);
}

} // namespace

std::optional<address_list> parse_address_list(std::string_view text) {
  constexpr std::string_view separators = ", ";
  address_list result;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty())
      return result;
    auto end = std::min(text.find_first_of(separators), text.size());
    if (!add_block(text.substr(0, end), result))
      return std::nullopt;
    text.remove_prefix(end);
  }
}

address_rules address_rules::any() {
  static const address_rules all{address_list{{{}}, {{}}}};
  return all;
}

bool address_rules::allow_all() const {
  auto is_all = [](auto& x) { return x.length == 0; };
  return besides_ && std::ranges::any_of(besides_->v4, is_all)
         && std::ranges::any_of(besides_->v6, is_all);
}

bool address_rules::allow(std::span<const uint8_t, 4> bytes) const {
  return !any_holds(private_v4, bytes) || (besides_ && any_holds(besides_->v4, bytes));
}

bool address_rules::allow(std::span<const uint8_t, 16> bytes) const {
  if (besides_ && any_holds(besides_->v6, bytes))
    return true;
  if (any_holds(embedded_v4, bytes))
    return allow(bytes.last<4>());
  return global_unicast.holds(bytes) && !any_holds(private_v6, bytes);
}

bool address_rules::allow(const sockaddr& address) const {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    std::array<uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return allow(std::span<const uint8_t, 4>{bytes});
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::array<uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return allow(std::span<const uint8_t, 16>{bytes});
  }
  return false;
}

bool address_rules::allow(std::string_view address) const {
  std::array<uint8_t, 16> bytes{};
  switch (parse_address(std::string{address}, bytes)) {
  case 32: return allow(std::span<const uint8_t, 16>{bytes}.first<4>());
  case 128: return allow(std::span<const uint8_t, 16>{bytes});
  default: return false;
  }
}

} // namespace tocsin::channels
