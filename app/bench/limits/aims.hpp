#pragma once

#include "app/bench/limits/limits_report.hpp"

#include <string>
#include <vector>

namespace tocsin::bench {

/// A figure of the service and its aim.
struct aim {
  /// For JSON, and in words.
  std::string key;
  std::string name;
  double reached = 0;
  double wanted = 0;
  /// Whether the aim is at least `wanted`; otherwise at most.
  bool is_least = false;

  bool is_reached() const { return is_least ? reached >= wanted : reached <= wanted; }
};

/// What the report says of the aims; nothing without a service.
std::vector<aim> aims_of(const limits_report& x);

/// As a table for people, and as a JSON array.
std::string aims_text(const std::vector<aim>& aims);
std::string aims_json(const std::vector<aim>& aims);

} // namespace tocsin::bench
