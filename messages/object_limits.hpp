#pragma once

#include <cstddef>

namespace tocsin {

/// The bytes of a channel's name.
inline constexpr size_t max_channel_name_bytes = 100;

/// The bytes of a recipient's display name.
inline constexpr size_t max_display_name_bytes = 200;

/// Addresses that a trigger sends to instead of the channel's own, as many as a channel's `to`
/// takes: each is a delivery of every event.
inline constexpr size_t max_trigger_addresses = 50;

/// Channels of one customer, each of which may take every event: customers make their own, so
/// nothing else bounds the cost of their events. Admins have no limit.
inline constexpr size_t max_channels_of_customer = 100;

} // namespace tocsin
