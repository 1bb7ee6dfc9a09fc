#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace tocsin::client {

/// Entries of a spool that a node has refused through a fault of its own. Each rests before it is
/// sent again: for a second, then twice as long each time, up to a minute. No clock, no I/O.
class resting_entries {
public:
  using clock = std::chrono::steady_clock;

  /// Lets an entry rest; returns whether it is for the first time.
  bool add(uint64_t key, clock::time_point now);

  /// Takes out the entry whose rest ended first; nothing where none has ended.
  std::optional<uint64_t> take_rested(clock::time_point now);

  bool has_rested(clock::time_point now) const;

  /// Whether enough are waiting to be sent again that no others should be sent before them.
  bool is_full() const { return rests_.size() >= 1'000; }

  /// Ends every rest: another node may take what one has refused.
  void end_all();

  /// Forgets how long an entry has rested, as it is answered for good.
  void forget(uint64_t key) { rests_.erase(key); }

private:
  /// How long each entry rests, or did last.
  std::map<uint64_t, std::chrono::milliseconds> rests_;
  /// Those that are resting, by the end of it.
  std::set<std::pair<clock::time_point, uint64_t>> resting_;
};

} // namespace tocsin::client
