#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tocsin {

enum class event_severity : uint8_t { success = 1, info, warning, error, critical };

std::string_view to_string(event_severity x);

/// What is known of one event type.
struct event_type_info {
  std::string_view name;
  /// Whether channels take it unless told otherwise.
  bool on_by_default = false;
  event_severity severity = event_severity::info;
  /// The outcome in two or three words, for titles: `Deployment failed`.
  std::string_view title;
};

/// The types that panels send, in the order in which people are shown them.
std::span<const event_type_info> event_catalogue();

/// The type of the messages that Send Test makes; it is not in the catalogue.
inline constexpr std::string_view test_event_type = "test";

/// Finds a type by its name, `test` included; nullptr if there is none.
const event_type_info* find_event_type(std::string_view name);

} // namespace tocsin
