#include "http/routes/delivery_filters.hpp"

#include "messages/custom_event_type.hpp"

#include <fmt/format.h>

namespace tocsin::http {

expected<std::optional<timestamp>> read_instant(const call& c, std::string_view name) {
  auto text = c.parameter(name);
  if (!text)
    return std::optional<timestamp>{};
  auto result = parse_rfc3339(*text);
  if (!result)
    return fail(errc::invalid_argument,
                fmt::format("the query parameter '{}' must be an RFC 3339 time such as "
                            "2026-03-29T14:30:00Z",
                            name));
  return result;
}

expected<delivery_filter> read_delivery_filters(const call& c) {
  delivery_filter result;
  if (auto text = c.parameter("channel")) {
    result.channel = channel_id::parse(*text);
    if (!result.channel)
      return fail(errc::invalid_argument, "the query parameter 'channel' must be a channel's id");
  }
  if (auto text = c.parameter("event_type")) {
    // Deliveries outlive their event type.
    if (!is_event_type_name(*text))
      return fail(errc::unknown_event_type,
                  fmt::format("'{}' is not the name of an event type", *text));
    result.event_type = *text;
  }
  result.code = c.parameter("code").value_or("");
  if (auto text = c.parameter("customer"); text && !text->empty())
    result.customers = {std::string{*text}};
  auto since = read_instant(c, "since");
  if (!since)
    return since.error();
  auto until = read_instant(c, "until");
  if (!until)
    return until.error();
  result.since = *since;
  result.until = *until;
  return result;
}

expected<delivery_filter> read_list_filters(const call& c) {
  auto result = read_delivery_filters(c);
  if (!result)
    return result;
  if (auto text = c.parameter("state")) {
    result->state = parse_delivery_state(*text);
    if (!result->state)
      return fail(errc::invalid_argument, fmt::format("there is no state '{}'", *text));
  }
  if (auto text = c.parameter("outcome")) {
    result->outcome = parse_outcome_class(*text);
    if (!result->outcome)
      return fail(errc::invalid_argument, fmt::format("there is no outcome '{}'", *text));
  }
  result->service = c.parameter("service").value_or("");
  result->text = c.parameter("text").value_or("");
  // What is found tells what events say, masked or not.
  if (!result->text.empty() && !c.by->allows(token_scope::read_sensitive))
    return fail(errc::forbidden, fmt::format("'text' requires the scope '{}'",
                                             to_string(token_scope::read_sensitive)));
  return result;
}

} // namespace tocsin::http
