#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin::http {

/// A request target, taken apart and percent-decoded.
struct target {
  /// `/api/v1/events` is `api`, `v1`, `events`.
  std::vector<std::string> path;
  std::vector<std::pair<std::string, std::string>> query;
};

/// Reads a target in origin form (`/path?query`) or absolute form (RFC 9112 §3.2); nothing if it
/// is neither. A `+` in the query is a space.
std::optional<target> parse_target(std::string_view text);

} // namespace tocsin::http
