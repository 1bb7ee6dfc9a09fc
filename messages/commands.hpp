#pragma once

#include "messages/channel.hpp"
#include "messages/custom_event_type.hpp"
#include "messages/delivery.hpp"
#include "messages/delivery_pause.hpp"
#include "messages/recipient.hpp"
#include "messages/session.hpp"
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

// The commands are everything that can change what is stored, except for upkeep
// (`storage/commands/apply.hpp`). They carry the times and ids they need, so that applying the same
// commands in the same order gives the same storage anywhere.

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

/// That a channel cannot work as it was configured.
struct channel_fault {
  /// The revision with which the channel was found dead.
  uint64_t revision = 0;
  /// The provider's code and words, for people.
  std::string reason;
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
  /// Set where the endpoint is dead: `next` is scheduled then, so that the delivery stays owed, and
  /// the channel is disabled with it unless it was changed since.
  std::optional<channel_fault> fault = std::nullopt;
  /// Whether the end of the attempt was not seen: then the delivery must be attempting.
  bool interrupted = false;
};

/// Marks deliveries of a channel as attempting before they are sent, all of them or none.
struct claim_deliveries {
  channel_id channel;
  std::vector<delivery_id> ids;
  timestamp at{};
};

/// Gives claimed deliveries back that were not sent after all; they are due at `at`.
struct release_deliveries {
  channel_id channel;
  std::vector<delivery_id> ids;
  timestamp at{};
};

/// Sends a delivery again, whatever became of it, under its own id. One that has ended gets a
/// new schedule from `at` on; one that is scheduled is due then.
struct resend_delivery {
  delivery_id id;
  timestamp at{};
  /// Whether it is refused if the provider has the delivery at that moment.
  bool unless_delivered = false;
  /// Whether it is refused if the delivery was cancelled or discarded.
  bool unless_cancelled = false;
};

/// Sends a dead letter again from `at` on, under its own id. It queues up with the retries, and so
/// never takes the slot of a first attempt. Refused unless it is a dead letter at that moment: what
/// was resent, delivered or discarded since somebody chose it stays as it is.
struct replay_delivery {
  delivery_id id;
  timestamp at{};
};

/// Withdraws a delivery that waits for its attempt.
struct cancel_delivery {
  delivery_id id;
  timestamp at{};
  /// In the operator's words, up to 500 bytes; empty where none were given.
  std::string reason = {};
};

/// Gives up a dead letter for good.
struct discard_delivery {
  delivery_id id;
  timestamp at{};
  /// In the operator's words, 1 to 500 bytes.
  std::string reason;
};

/// Stores a channel; `value.settings` is empty, its sealed form goes along.
struct put_channel {
  channel value;
  std::string sealed_settings;
  /// The revision that must be stored now; 0 where the channel must be new.
  uint64_t expected_revision = 0;
  /// The fields of the settings that differ from those stored before, for the audit log.
  std::vector<std::string> changed_settings = {};
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

/// Revokes a token.
struct remove_token {
  token_id id;
};

/// Notes that a token was used; one that is gone stays so.
struct note_token_use {
  token_id id;
  timestamp at{};
};

/// Sets an admin's password and ends all sessions of the admin.
struct put_password {
  password_hash value;
};

/// Lets somebody in.
struct open_session {
  session value;
};

/// Notes that a session was used; one that is gone stays so.
struct note_session_use {
  sha256_digest digest{};
  timestamp at{};
};

/// Ends the session of `who`.
struct close_session {
  sha256_digest digest{};
  recipient_id who;
};

struct put_portal_link {
  portal_link value;
};

/// Uses up a link and lets its customer in, who is `value.who`.
struct redeem_portal_link {
  sha256_digest code{};
  session value;
};

/// Stores a custom event type.
struct put_event_type {
  custom_event_type value;
  /// The revision that must be stored now; 0 where the type must be new.
  uint64_t expected_revision = 0;
};

/// Removes a custom event type. What names it stays, and has no effect any more.
struct remove_event_type {
  std::string name;
  std::optional<uint64_t> expected_revision;
};

/// Pauses all deliveries, replacing any earlier pause.
struct put_pause {
  delivery_pause value;
};

/// Ends the pause of all deliveries, if there is one.
struct remove_pause {};

using command
  = std::variant<accept_event, record_attempt, claim_deliveries, release_deliveries,
                 resend_delivery, replay_delivery, cancel_delivery, discard_delivery, put_channel,
                 remove_channel, cancel_due, put_recipient, remove_recipient, put_preference,
                 put_token, remove_token, note_token_use, put_password, open_session,
                 note_session_use, close_session, put_portal_link, redeem_portal_link,
                 put_event_type, remove_event_type, put_pause, remove_pause>;

/// What applying a command did.
struct command_result {
  /// The new revision of a channel, recipient, preference or event type that was stored.
  uint64_t revision = 0;
  /// How many deliveries, attempts, tokens, sessions or pauses the command changed; 0 where there
  /// was nothing to do.
  uint64_t affected = 0;
  /// record_attempt: the owner of its channel, if that was disabled with it.
  std::optional<recipient_id> disabled_owner = std::nullopt;
  /// accept_event: the event that counts, an earlier one where the key was known.
  event_id event;
  uint32_t deliveries = 0;
  bool duplicate = false;
};

} // namespace tocsin
