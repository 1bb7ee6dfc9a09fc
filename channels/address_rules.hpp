#pragma once

#include "channels/wire.hpp"

#include <cstdint>
#include <span>
#include <string_view>

struct sockaddr;

namespace tocsin::channels {

/// Whether `rules` let a connection go to the IPv4 address `bytes`, in network order.
bool allows(address_rules rules, std::span<const uint8_t, 4> bytes);

/// The same for IPv6. Addresses that stand for an IPv4 one (mapped, NAT64) are judged by that.
bool allows(address_rules rules, std::span<const uint8_t, 16> bytes);

/// The same for a socket address of either family; other families are refused.
bool allows(address_rules rules, const sockaddr& address);

/// The same for the text of an address as `inet_ntop` writes it; other text is refused.
bool allows(address_rules rules, std::string_view address);

} // namespace tocsin::channels
