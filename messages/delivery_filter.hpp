#pragma once

#include "messages/delivery.hpp"
#include "messages/ids.hpp"
#include "messages/recipient.hpp"
#include "messages/timestamp.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// Which deliveries a list shows; what is not set lets everything pass.
struct delivery_filter {
  std::optional<channel_id> channel = std::nullopt;
  std::optional<delivery_state> state = std::nullopt;
  /// The outcome of the last attempt.
  std::optional<outcome_class> outcome = std::nullopt;
  /// The code of the last attempt, as `has_code` compares it.
  std::string code = {};
  std::string event_type = {};
  std::string service = {};
  /// The names under which events may bear the customer.
  std::vector<std::string> customers = {};
  /// Occurs in the message or in the service's name; ASCII letters in either case.
  std::string text = {};
  /// Accepted at `since` or later and before `until`, by the time in the delivery's id. That is
  /// the time of acceptance, but where the clock was set back: there ids go on from the last one.
  std::optional<timestamp> since = std::nullopt;
  std::optional<timestamp> until = std::nullopt;
  std::optional<recipient_id> recipient = std::nullopt;
};

/// The class whose `to_string` is this; nothing if there is none.
std::optional<outcome_class> parse_outcome_class(std::string_view text);

/// Whether `code` is `wanted` or begins with that word: `404` is wanted and `404 no_service` is
/// one.
inline bool has_code(std::string_view code, std::string_view wanted) {
  return code.starts_with(wanted) && (code.size() == wanted.size() || code[wanted.size()] == ' ');
}

} // namespace tocsin
