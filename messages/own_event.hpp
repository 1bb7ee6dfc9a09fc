#pragma once

#include <string_view>

namespace tocsin {

/// Event types that begin so are the service's own: nobody else may send them.
inline constexpr std::string_view own_event_prefix = "channel.";

/// The service has disabled a channel, as its endpoint is dead.
inline constexpr std::string_view channel_disabled_event = "channel.disabled";

/// The service has given up on a channel for now: its actor crashes again and again, which is a
/// fault of the service's own, or its settings do not allow a start.
inline constexpr std::string_view channel_parked_event = "channel.parked";

inline bool is_own_event(std::string_view type) {
  return type.starts_with(own_event_prefix);
}

} // namespace tocsin
