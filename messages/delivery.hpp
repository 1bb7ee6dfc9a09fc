#pragma once

#include "messages/event.hpp"
#include "messages/ids.hpp"
#include "messages/recipient.hpp"
#include "messages/timestamp.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// Where a delivery stands. `docs/lifecycle.md` draws the transitions.
enum class delivery_state : uint8_t {
  /// Accepted, not yet tried.
  pending = 1,
  /// Tried without success; tried again at `due_at`.
  scheduled,
  /// The provider has it.
  delivered,
  /// Out of attempts, or refused for good; kept for replay.
  dead_letter,
  /// Not sent, for the reason that is recorded.
  suppressed,
  /// Withdrawn: by an operator, as a dead letter that was discarded, or as its channel was removed.
  cancelled,
  /// Claimed by an attempt in flight; only where repeating is worse than losing.
  attempting,
};

/// Whether a delivery in this state is still owed to its channel.
constexpr bool is_owed(delivery_state x) {
  return x == delivery_state::pending || x == delivery_state::scheduled
         || x == delivery_state::attempting;
}

std::string_view to_string(delivery_state x);
std::optional<delivery_state> parse_delivery_state(std::string_view text);

/// Why a recipient or a channel does not get an event.
enum class suppression : uint8_t {
  none = 0,
  channel_disabled,
  channel_filter,
  recipient_preference,
  quiet_hours,
  /// No channel of the recipient has this event type turned on.
  not_subscribed,
  /// The recipient has no channel at all.
  no_channel,
};

std::string_view to_string(suppression x);

/// What a provider's reply means.
enum class outcome_class : uint8_t {
  delivered = 1,
  /// A temporary fault: try again after the back-off.
  retry,
  /// The provider asked for a pause: does not count as an attempt.
  throttled,
  /// This message will never be accepted.
  rejected,
  /// The channel will never work as it is configured.
  dead_endpoint,
  /// Everything was sent and no reply came: it may have arrived.
  ambiguous,
};

std::string_view to_string(outcome_class x);

/// How far an attempt came.
enum class attempt_stage : uint8_t { render = 1, resolve, connect, tls, auth, send, accepted };

std::string_view to_string(attempt_stage x);

/// How one attempt went. An ordinary value, never a failure of ours.
struct outcome {
  outcome_class kind = outcome_class::retry;
  attempt_stage stage = attempt_stage::render;
  /// How long the provider asked to wait, if it did.
  std::optional<std::chrono::seconds> wait;
  /// The provider's code, for example `404 channel_not_found` or `535 5.7.8`.
  std::string code;
  /// The provider's words or the transport's, at most 500 bytes, without secrets.
  std::string text;
};

/// One try at a delivery.
struct attempt {
  delivery_id delivery;
  /// Counts from 1.
  uint16_t number = 1;
  timestamp started_at{};
  std::chrono::milliseconds duration{};
  outcome result;
};

/// One event on its way through one channel to one destination.
struct delivery {
  delivery_id id;
  event_id event;
  channel_id channel;
  recipient_id recipient;
  /// An email address; empty where the channel has just one destination, or where all of its
  /// addresses get one mail, as they were not known when the delivery was planned.
  std::string destination;
  delivery_state state = delivery_state::pending;
  suppression reason = suppression::none;
  /// How many attempts were made and counted; throttled ones do not count.
  uint16_t attempts = 0;
  timestamp created_at{};
  /// When somebody sent it again by hand, the last time; zero if nobody did.
  timestamp resent_at{};
  /// When it is to be tried next, or since when it is attempting; meaningful while it is owed.
  timestamp due_at{};
  /// When it reached its last state.
  timestamp finished_at{};
  /// Why an operator cancelled or discarded it, in the operator's words; empty if none said so.
  std::string note;
  /// Code and words of the last attempt.
  std::string last_code;
  std::string last_text;
};

/// Since when the delivery is owed: from then on it may be tried until it is given up.
constexpr timestamp owed_since(const delivery& x) {
  return std::max(x.created_at, x.resent_at);
}

/// A recipient whom an event does not reach at all, with the reason.
struct unreached_recipient {
  recipient_id recipient;
  suppression reason = suppression::none;
};

/// An event as it was accepted.
struct accepted_event {
  event_id id;
  event value;
  timestamp accepted_at{};
  /// How many deliveries it caused, suppressed ones included: they bear the ids that follow `id`.
  uint32_t deliveries = 0;
  std::vector<unreached_recipient> unreached;
};

} // namespace tocsin
