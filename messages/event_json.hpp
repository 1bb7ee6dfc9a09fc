#pragma once

#include "messages/event.hpp"
#include "messages/failure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// At most this many events in one request.
inline constexpr size_t max_events_per_request = 1000;

/// The events of one request body.
struct event_list {
  std::vector<event> events;
  /// Whether the body was an array, so that the answer is one too.
  bool is_array = false;
};

/// Reads one event object, or an array of up to `max_events_per_request` of them.
/// Numbers inside `details` keep their exact digits; white space is dropped there, and texts are
/// repaired. The other fields come as they were sent, or repaired where that tells whether they are
/// empty; `policy::admit_event` repairs them.
/// Errors: invalid_argument, with a field error for every unknown key, wrong type, repeated key
/// and missing required key (`/message`, or `/3/message` within an array), or for the place at
/// which the text stops being JSON.
expected<event_list> parse_events(std::string_view body);

/// An admitted event as the generic webhook passes it on: the keys `event`, `service`, `customer`,
/// `timestamp`, `message`, `details` and then `id`, in this order, without white space. Texts that
/// are empty are `null`, missing details are `{}`.
std::string to_json(const event& x, std::string_view id);

} // namespace tocsin
