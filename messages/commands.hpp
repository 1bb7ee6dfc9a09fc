#pragma once

#include "messages/channel.hpp"
#include "messages/delivery.hpp"
#include "messages/recipient.hpp"
#include "messages/token.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tocsin {

/// One delivery that a preference actor planned for an event.
struct planned_delivery {
  channel_id channel;
  recipient_id recipient;
  std::string destination;
  /// Set where the delivery is recorded but not sent.
  suppression reason = suppression::none;
};

/// The commands are everything that can change what is stored. They carry the times and ids they
/// need, so that applying the same commands in the same order gives the same storage anywhere.

/// Stores an event and all its deliveries, unless its idempotency key is known already.
struct accept_event {
  event_id id;
  timestamp accepted_at{};
  /// Empty where the sender gave none.
  std::string idempotency_key;
  event value;
  std::vector<planned_delivery> deliveries;
  std::vector<unreached_recipient> unreached;
};

/// Stores an attempt and moves its delivery to where the attempt brought it.
struct record_attempt {
  attempt value;
  channel_id channel;
  /// pending or scheduled: at `due_at`; otherwise the last state.
  delivery_state next = delivery_state::delivered;
  timestamp due_at{};
  /// Whether the attempt uses up one of the delivery's tries.
  bool counts = true;
};

/// Stores a channel; `value.settings` is empty, its sealed form goes along.
struct put_channel {
  channel value;
  std::string sealed_settings;
  /// The revision that must be stored now; 0 where the channel must be new.
  uint64_t expected_revision = 0;
};

/// Removes a channel. What it still owes is cancelled by `cancel_due`.
struct remove_channel {
  channel_id id;
  std::optional<uint64_t> expected_revision;
};

/// Cancels up to `limit` of the deliveries that a removed channel still owes.
struct cancel_due {
  channel_id channel;
  timestamp at{};
  uint32_t limit = 1000;
};

struct put_recipient {
  recipient value;
  /// The revision that must be stored now; 0 where the recipient must be new.
  uint64_t expected_revision = 0;
};

/// Removes a recipient and its preference. Errors: already_exists while it still owns channels.
struct remove_recipient {
  recipient_id id;
  std::optional<uint64_t> expected_revision;
};

struct put_preference {
  preference value;
  uint64_t expected_revision = 0;
};

struct put_token {
  token value;
};

using command = std::variant<accept_event, record_attempt, put_channel, remove_channel, cancel_due,
                             put_recipient, remove_recipient, put_preference, put_token>;

/// What applying a command did.
struct command_result {
  /// The new revision of a stored object; the number of deliveries for `cancel_due`.
  uint64_t value = 0;
  /// accept_event: the event that counts, an earlier one where the key was known.
  event_id event;
  uint32_t deliveries = 0;
  bool duplicate = false;
};

} // namespace tocsin
