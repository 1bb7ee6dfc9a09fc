#include "messages/delivery.hpp"

#include "messages/delivery_filter.hpp"

#include <array>
#include <utility>

namespace tocsin {

namespace {

constexpr std::array<std::pair<delivery_state, std::string_view>, 7> states{{
  {delivery_state::pending, "pending"},
  {delivery_state::scheduled, "scheduled"},
  {delivery_state::delivered, "delivered"},
  {delivery_state::dead_letter, "dead_letter"},
  {delivery_state::suppressed, "suppressed"},
  {delivery_state::cancelled, "cancelled"},
  {delivery_state::attempting, "attempting"},
}};

constexpr std::array<std::pair<outcome_class, std::string_view>, 6> outcomes{{
  {outcome_class::delivered, "delivered"},
  {outcome_class::retry, "retry"},
  {outcome_class::throttled, "throttled"},
  {outcome_class::rejected, "rejected"},
  {outcome_class::dead_endpoint, "dead_endpoint"},
  {outcome_class::ambiguous, "ambiguous"},
}};

} // namespace

std::string_view to_string(delivery_state x) {
  for (auto& [state, name] : states)
    if (state == x)
      return name;
  return "unknown";
}

std::optional<delivery_state> parse_delivery_state(std::string_view text) {
  for (auto& [state, name] : states)
    if (name == text)
      return state;
  return std::nullopt;
}

std::string_view to_string(suppression x) {
  switch (x) {
  case suppression::none: return "none";
  case suppression::channel_disabled: return "channel_disabled";
  case suppression::channel_filter: return "channel_filter";
  case suppression::recipient_preference: return "recipient_preference";
  case suppression::quiet_hours: return "quiet_hours";
  case suppression::not_subscribed: return "not_subscribed";
  case suppression::no_channel: return "no_channel";
  }
  return "unknown";
}

std::string_view to_string(outcome_class x) {
  for (auto& [kind, name] : outcomes)
    if (kind == x)
      return name;
  return "unknown";
}

std::optional<outcome_class> parse_outcome_class(std::string_view text) {
  for (auto& [kind, name] : outcomes)
    if (name == text)
      return kind;
  return std::nullopt;
}

std::string_view to_string(attempt_stage x) {
  switch (x) {
  case attempt_stage::render: return "render";
  case attempt_stage::resolve: return "resolve";
  case attempt_stage::connect: return "connect";
  case attempt_stage::tls: return "tls";
  case attempt_stage::auth: return "auth";
  case attempt_stage::send: return "send";
  case attempt_stage::accepted: return "accepted";
  }
  return "unknown";
}

} // namespace tocsin
