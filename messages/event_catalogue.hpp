#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace tocsin {

enum class event_severity : uint8_t { success = 1, info, warning, error, critical };

std::string_view to_string(event_severity x);
std::optional<event_severity> parse_event_severity(std::string_view text);

/// What is known of one event type.
struct event_type_info {
  std::string_view name;
  /// Whether channels take it unless told otherwise.
  bool on_by_default = false;
  event_severity severity = event_severity::info;
  /// The outcome in two or three words, for titles: `Deployment failed`.
  std::string_view title;
  /// The stored revision of a type that the operator has added; 0 where it is always there.
  uint64_t revision = 0;
  /// The file that describes a type that was added; empty where there is none.
  std::string_view managed_by = {};

  bool is_custom() const { return revision != 0; }
};

/// All types in the order in which people are shown them: those that panels send, the service's
/// own, and those that the operator has added (`custom_event_type.hpp`). It stays valid, but is not
/// brought up to date.
std::span<const event_type_info> event_catalogue();

/// The type of the messages that Send Test makes; it is not in the catalogue.
inline constexpr std::string_view test_event_type = "test";

/// Finds a type by its name, `test` included; nullptr if there is none.
const event_type_info* find_event_type(std::string_view name);

} // namespace tocsin
