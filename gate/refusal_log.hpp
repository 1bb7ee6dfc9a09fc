#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace tocsin::gate {

/// Keeps those who knock in vain from filling the log: each address is named once a minute, with
/// how often it came since, unless it stays away for ten. Whatever the number of addresses, memory
/// and lines stay bounded.
class refusal_log {
public:
  using clock = std::chrono::steady_clock;

  /// Notes a refusal of `address`. Returns how many of its refusals went unsaid if this one is to
  /// be logged, else nothing.
  std::optional<uint64_t> note(const std::string& address, clock::time_point now);

  /// Whether a refusal of `address` was logged within the last minute.
  bool has_named(const std::string& address, clock::time_point now) const;

private:
  struct entry {
    clock::time_point logged_at;
    uint64_t unsaid = 0;
  };

  std::map<std::string, entry> entries_;
};

} // namespace tocsin::gate
