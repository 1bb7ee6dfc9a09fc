#pragma once

#include "messages/event_catalogue.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin {

/// An event type that the operator has added to the catalogue.
struct custom_event_type {
  /// 1 to 64 of `a-z 0-9 . _ -`, beginning with a letter.
  std::string name;
  bool on_by_default = true;
  event_severity severity = event_severity::info;
  /// One line of 1 to 100 bytes.
  std::string title;
  timestamp created_at{};
  timestamp updated_at{};
  uint64_t revision = 0;
  /// The name of the file that describes the type, so that nobody else changes it; else empty.
  std::string managed_by = {};
};

inline constexpr size_t max_event_type_bytes = 64;
inline constexpr size_t max_event_title_bytes = 100;

/// As many as a page of triggers can show and still be readable.
inline constexpr size_t max_custom_event_types = 200;

/// Whether an event type may have this name. Does not check whether it is in use.
bool is_event_type_name(std::string_view name);

/// Makes these the custom types of the catalogue of this process, in place of those before; in the
/// order of their names they come after the built-in types.
///
/// Safe from any thread. Those who read the catalogue hold no lock: what they have found stays
/// valid, as earlier catalogues are kept as long as the process lives (20 kB for each change of
/// the largest).
void publish_custom_event_types(const std::vector<custom_event_type>& types);

} // namespace tocsin
