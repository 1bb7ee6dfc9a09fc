#pragma once

#include "messages/author.hpp"
#include "messages/channel.hpp"
#include "messages/delivery.hpp"
#include "messages/page.hpp"
#include "messages/protocol/failure.hpp"
#include "messages/request_view.hpp"

#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// What a person sets of a channel.
struct channel_draft {
  recipient_id owner;
  std::string name;
  channel_type type = channel_type::webhook;
  bool enabled = true;
  std::map<std::string, trigger, std::less<>> triggers;
  channel_filters filters;
  delivery_policy delivery;
  /// A JSON Merge Patch (RFC 7396) over the settings that are stored, which are `{}` for a new
  /// channel: secrets that it does not name stay as they are.
  std::string settings = "{}";
};

struct create_channel {
  channel_draft draft;
  author by = {};
};

struct find_channel {
  channel_id id;
};

struct list_channels {
  /// Only this recipient's, where set.
  std::optional<recipient_id> owner;
  page_request page;
};

/// Stores `draft` in place of the channel's revision `expected_revision`. Its owner and type
/// cannot change.
struct replace_channel {
  channel_id id;
  uint64_t expected_revision = 0;
  channel_draft draft;
  author by = {};
};

/// Says what `draft` would change if it replaced the stored channel; nothing is stored.
struct compare_channel {
  channel_id id;
  channel_draft draft;
};

/// JSON pointers to what would change: `/enabled`, `/settings/webhook_url`. Settings are told apart
/// by their names alone, so that secrets can be compared and stay secret.
struct channel_comparison {
  std::vector<std::string> changed;
};

/// What a change of the trigger matrix sets for one channel.
struct channel_triggers {
  channel_id id;
  /// The revision that must be stored now.
  uint64_t expected_revision = 0;
  std::map<std::string, trigger, std::less<>> triggers;
  /// Its place in the request, for the pointers of field errors: `/channels/3`.
  size_t place = 0;
};

/// Sets the triggers of some channels in one transaction, all of them or none.
struct replace_triggers {
  std::vector<channel_triggers> rows;
  author by = {};
};

/// The channels as they are now, in the order of the rows.
struct triggers_replaced {
  std::vector<channel_view> channels;
};

struct discard_channel {
  channel_id id;
  std::optional<uint64_t> expected_revision;
  author by = {};
};

/// Sends a test message through a stored channel.
struct test_channel {
  channel_id id;
  /// The event type whose message is sent; `test` by default.
  std::string event_type = "test";
};

/// Sends a test message through a channel that is not stored.
struct test_channel_draft {
  channel_draft draft;
  std::string event_type = "test";
};

/// How a Send Test went.
struct test_report {
  outcome result;
  std::chrono::milliseconds duration{};
  /// What to do about a failure, in plain words; empty on success.
  std::string hint;
  /// What was sent, to the destination that `result` is about; nothing if it could not be made.
  std::optional<request_view> request;
};

/// Makes the message of an event type for a stored channel and sends nothing.
struct preview_channel {
  channel_id id;
  std::string event_type = "test";
  /// A JSON Merge Patch over the stored settings, as they would be after it.
  std::string settings = "{}";
};

/// The same for a channel that is not stored.
struct preview_channel_draft {
  channel_draft draft;
  std::string event_type = "test";
};

/// How a message looks on its way to the channel's first destination.
struct channel_preview {
  std::string event_type;
  request_view request;
};

/// The longest time for which a replaced secret keeps signing.
inline constexpr std::chrono::seconds max_secret_grace = std::chrono::hours{30 * 24};

/// Replaces the secret of a stored webhook. Until `grace` has passed both sign; with a `grace` of
/// nothing the old one ends at once. One that an earlier rotation left behind ends now.
struct rotate_secret {
  channel_id id;
  std::chrono::seconds grace = std::chrono::hours{24};
  /// The new one; empty to have one generated.
  std::string secret;
  std::optional<uint64_t> expected_revision;
  author by = {};
};

/// A rotation that is durable.
struct secret_rotated {
  /// Shown only once.
  std::string secret;
  /// When the old one ends; nothing if there is none.
  std::optional<timestamp> previous_expires_at;
  uint64_t revision = 0;
};

/// The removal is durable.
struct removed {};

/// The one place to configure channels.
/// Errors: invalid_argument with field errors, not_found, already_exists (name taken),
/// revision_mismatch.
using channel_registry_actor
  = caf::typed_actor<caf::replies_to<create_channel>::with<channel_view>,
                     caf::replies_to<find_channel>::with<channel_view>,
                     caf::replies_to<list_channels>::with<page<channel_view>>,
                     caf::replies_to<replace_channel>::with<channel_view>,
                     caf::replies_to<compare_channel>::with<channel_comparison>,
                     caf::replies_to<replace_triggers>::with<triggers_replaced>,
                     caf::replies_to<discard_channel>::with<removed>,
                     caf::replies_to<test_channel>::with<test_report>,
                     caf::replies_to<test_channel_draft>::with<test_report>,
                     caf::replies_to<preview_channel>::with<channel_preview>,
                     caf::replies_to<preview_channel_draft>::with<channel_preview>,
                     caf::replies_to<rotate_secret>::with<secret_rotated>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channel_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::create_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_channels)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::channel_view>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::replace_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::compare_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channel_comparison)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::replace_triggers)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::triggers_replaced)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::discard_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::test_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::test_channel_draft)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::test_report)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::preview_channel)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::preview_channel_draft)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::channel_preview)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::rotate_secret)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::secret_rotated)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::removed)
