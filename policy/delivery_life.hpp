#pragma once

#include "messages/delivery.hpp"
#include "messages/failure.hpp"

#include <cstdint>
#include <string_view>

namespace tocsin::policy {

/// What can happen to a delivery once it is accepted.
enum class stimulus : uint8_t {
  /// An attempt takes it, and says so on disk before it sends.
  claimed,
  /// The attempt that claimed it was not made after all.
  released,
  /// An attempt has ended, well or badly.
  attempted,
  /// An attempt found its endpoint dead: the channel is disabled and keeps what it owes.
  held,
  /// The process or the channel's actor ended while an attempt had it claimed.
  interrupted,
  /// Somebody sends it again.
  resent,
  /// Somebody sends the dead letter again that it is, and nothing else.
  replayed,
  /// Somebody withdraws it before it is sent.
  cancelled,
  /// Somebody gives up the dead letter that it is.
  discarded,
  /// Its channel was removed.
  orphaned,
};

inline constexpr auto last_stimulus = stimulus::orphaned;

std::string_view to_string(stimulus x);

/// The life cycle of a delivery as one function: where `what` brings a delivery that is in state
/// `from`. It is drawn in `docs/lifecycle.md`.
/// `wanted` is where the one who caused it wants the delivery: of use to `attempted` (anything but
/// suppressed, cancelled and attempting), to `released`, `resent` and `replayed` (pending or
/// scheduled). The others have just one way.
/// Staying in the same state is an answer too: sending again what is under way changes nothing.
/// Errors: in_flight (it is being sent), conflict (it has ended, or is not what it must be),
/// invalid_argument (no such stimulus leads to `wanted`).
expected<delivery_state> next_state(delivery_state from, stimulus what, delivery_state wanted);

} // namespace tocsin::policy
