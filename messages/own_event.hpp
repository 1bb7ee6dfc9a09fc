#pragma once

#include <string_view>

namespace tocsin {

/// Event types with this prefix are the service's own: nobody else may send them.
inline constexpr std::string_view own_event_prefix = "channel.";

/// The service has disabled a channel because its endpoint is dead.
inline constexpr std::string_view channel_disabled_event = "channel.disabled";

/// The service has given up on a channel for now: its actor crashes repeatedly, which is a fault of
/// the service, or its settings do not allow a start.
inline constexpr std::string_view channel_parked_event = "channel.parked";

inline bool is_own_event(std::string_view type) {
  return type.starts_with(own_event_prefix);
}

} // namespace tocsin
