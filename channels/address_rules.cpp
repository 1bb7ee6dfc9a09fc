#include "channels/address_rules.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>
#include <string>

namespace tocsin::channels {

namespace {

/// A block of addresses: those whose first `length` bits are the ones of `prefix`.
template <size_t N>
struct block {
  std::array<uint8_t, N> prefix;
  size_t length;

  constexpr bool holds(std::span<const uint8_t, N> address) const {
    auto whole = length / 8;
    if (!std::equal(address.begin(), address.begin() + whole, prefix.begin()))
      return false;
    auto rest = length % 8;
    if (rest == 0)
      return true;
    auto mask = static_cast<uint8_t>(0xff00u >> rest);
    return (address[whole] & mask) == (prefix[whole] & mask);
  }
};

/// The special-purpose blocks of IANA's IPv4 registry that no public host lives in.
constexpr std::array<block<4>, 15> private_v4{{
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
constexpr std::array<block<16>, 4> private_v6{{
  {{0x20, 0x01}, 23},             // protocol assignments, with Teredo
  {{0x20, 0x01, 0x0d, 0xb8}, 32}, // documentation
  {{0x20, 0x02}, 16},             // 6to4
  {{0x3f, 0xff}, 20},             // documentation
}};

/// Nothing outside of this is a public host, whatever the registry makes of it later.
constexpr block<16> global_unicast{{0x20}, 3};

/// Blocks whose last four bytes are an IPv4 address.
constexpr std::array<block<16>, 2> embedded_v4{{
  {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96},
  {{0, 0x64, 0xff, 0x9b}, 96},
}};

template <class Blocks, class Address>
bool any_holds(const Blocks& blocks, Address address) {
  return std::any_of(blocks.begin(), blocks.end(), [address](auto& x) { return x.holds(address); });
}

} // namespace

bool allows(address_rules rules, std::span<const uint8_t, 4> bytes) {
  return rules == address_rules::any || !any_holds(private_v4, bytes);
}

bool allows(address_rules rules, std::span<const uint8_t, 16> bytes) {
  if (rules == address_rules::any)
    return true;
  if (any_holds(embedded_v4, bytes))
    return allows(rules, bytes.last<4>());
  return global_unicast.holds(bytes) && !any_holds(private_v6, bytes);
}

bool allows(address_rules rules, const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    std::array<uint8_t, 4> bytes;
    std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
    return allows(rules, std::span<const uint8_t, 4>{bytes});
  }
  if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::array<uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return allows(rules, std::span<const uint8_t, 16>{bytes});
  }
  return false;
}

bool allows(address_rules rules, std::string_view address) {
  std::string text{address};
  std::array<uint8_t, 16> bytes{};
  if (inet_pton(AF_INET, text.c_str(), bytes.data()) == 1)
    return allows(rules, std::span<const uint8_t, 16>{bytes}.first<4>());
  if (inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1)
    return allows(rules, std::span<const uint8_t, 16>{bytes});
  return false;
}

} // namespace tocsin::channels
