#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

struct sockaddr;

namespace tocsin::channels {

/// A block of addresses: those whose first `length` bits are the ones of `prefix`. `N` is 4 for
/// IPv4, 16 for IPv6; bytes are in network order.
template <size_t N>
struct address_block {
  std::array<uint8_t, N> prefix{};
  size_t length = 0;

  constexpr bool holds(std::span<const uint8_t, N> address) const {
    for (size_t i = 0; i < length / 8; ++i)
      if (address[i] != prefix[i])
        return false;
    auto rest = length % 8;
    if (rest == 0)
      return true;
    auto mask = static_cast<uint8_t>(0xff00u >> rest);
    return (address[length / 8] & mask) == (prefix[length / 8] & mask);
  }
};

/// Blocks of either family.
struct address_list {
  std::vector<address_block<4>> v4;
  std::vector<address_block<16>> v6;
};

/// Reads blocks such as `10.0.0.0/8, fd00::/8`, separated by commas and spaces; nothing if one of
/// them is malformed, or has bits beyond its length.
std::optional<address_list> parse_address_list(std::string_view text);

/// Which addresses a request may connect to: public ones, and those of a list besides. Cheap to
/// copy; immutable.
class address_rules {
public:
  /// None inside a private, local or reserved network: for the channels of customers.
  address_rules() = default;

  /// Those of `besides` too: for the operator's own channels.
  explicit address_rules(address_list besides)
    : besides_(std::make_shared<const address_list>(std::move(besides))) {}

  static address_rules public_only() { return {}; }

  /// Every address.
  static address_rules any();

  bool is_public_only() const { return besides_ == nullptr; }

  /// Whether no address is refused, as the list holds all of either family.
  bool allow_all() const;

  /// Whether a connection may go to the IPv4 address `bytes`, in network order.
  bool allow(std::span<const uint8_t, 4> bytes) const;

  /// The same for IPv6. Addresses that stand for an IPv4 one (mapped, NAT64) are treated as that.
  bool allow(std::span<const uint8_t, 16> bytes) const;

  /// The same for a socket address of either family; other families are refused.
  bool allow(const sockaddr& address) const;

  /// The same for the text of an address as `inet_ntop` writes it; other text is refused.
  bool allow(std::string_view address) const;

  friend bool operator==(const address_rules&, const address_rules&) = default;

private:
  std::shared_ptr<const address_list> besides_;
};

} // namespace tocsin::channels
