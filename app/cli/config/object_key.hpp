#pragma once

#include "messages/recipient.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace tocsin::cli {

/// In the order in which they can be made: channels and preferences need their recipient, and the
/// event types that they name.
enum class object_kind : uint8_t { event_type, recipient, preference, channel };

/// What an object of the configuration is known by: channels by owner and name, which no two of
/// an owner share.
struct object_key {
  object_kind kind = object_kind::recipient;
  /// The recipient itself, or whose preference or channel it is; of an event type nobody.
  recipient_id owner;
  /// Of a channel or event type; else empty.
  std::string name = {};

  friend auto operator<=>(const object_key&, const object_key&) = default;
};

object_key event_type_key(std::string name);

/// `event-type/invoice.overdue`, `customer/acme`, `customer/acme/preferences` or
/// `customer/acme/channels/team`.
std::string to_string(const object_key& x);

/// `/admins` or `/customers`: the path of the API.
std::string collection_of(const recipient_id& x);

/// The path of an event type in the API.
std::string event_type_path(const std::string& name);

/// The path of a recipient's preference in the API.
std::string preference_path(const recipient_id& x);

} // namespace tocsin::cli
