#pragma once

#include "messages/recipient.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace tocsin::cli {

/// In the order in which they can be made: channels and preferences need their recipient.
enum class object_kind : uint8_t { recipient, preference, channel };

/// What an object of the configuration is known by: channels by owner and name, which no two of
/// an owner share.
struct object_key {
  object_kind kind = object_kind::recipient;
  /// The recipient itself, or whose preference or channel it is.
  recipient_id owner;
  /// Of a channel; else empty.
  std::string name = {};

  friend auto operator<=>(const object_key&, const object_key&) = default;
};

/// `customer/acme`, `customer/acme/preferences` or `customer/acme/channels/team`.
std::string to_string(const object_key& x);

/// `/admins` or `/customers`: the path of the API.
std::string collection_of(const recipient_id& x);

/// The path of a recipient's preference in the API.
std::string preference_path(const recipient_id& x);

} // namespace tocsin::cli
