#pragma once

#include "messages/steady_time.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_map>

namespace tocsin::policy {

/// Makes guessing passwords slow: whoever fails has to wait, longer each time. A key is an address
/// or an admin; each is counted by itself. Nobody waits longer as the clock of the machine is set.
/// Not thread-safe.
class sign_in_throttle {
public:
  /// This many failures cost nothing: people mistype.
  static constexpr uint32_t free_failures = 3;
  static constexpr std::chrono::seconds first_wait{1};
  static constexpr std::chrono::seconds longest_wait{300};
  /// A key is forgotten this long after its last failure.
  static constexpr std::chrono::hours memory{1};
  /// Keys that are remembered at most; beyond them the one that failed longest ago is forgotten.
  static constexpr size_t max_keys = 10'000;

  /// How long `key` has to wait until it may try again; zero if it may now.
  std::chrono::milliseconds wait(const std::string& key, steady_time now) const;

  void failed(const std::string& key, steady_time now);

  void succeeded(const std::string& key) { entries_.erase(key); }

private:
  struct entry {
    uint32_t failures = 0;
    steady_time last{};
  };

  void make_room(steady_time now);

  std::unordered_map<std::string, entry> entries_;
};

} // namespace tocsin::policy
