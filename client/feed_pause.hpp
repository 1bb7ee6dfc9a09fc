#pragma once

#include <chrono>

namespace tocsin::client {

/// The pause of a spool's entries while there is no use in trying any, as a node takes none of them
/// or the spool's own disk fails: a second, then twice as long each time, up to a minute. After
/// each pause a single try shows whether it is over. No clock, no I/O.
class feed_pause {
public:
  using clock = std::chrono::steady_clock;

  /// An entry has failed through no fault of its own: begins the pause, or the next one if this has
  /// passed. Returns whether it is the first.
  bool begin(clock::time_point now);

  /// An entry has come through: all others may be tried.
  void end() { length_ = {}; }

  /// Allows a single try at once: another node may take what one has refused.
  void cut_short() { ends_at_ = {}; }

  /// Whether no more than a single try is allowed.
  bool is_on() const { return length_ != std::chrono::milliseconds{0}; }

  /// Whether it is time for that try.
  bool has_passed(clock::time_point now) const { return is_on() && ends_at_ <= now; }

private:
  /// Nought while there is no pause.
  std::chrono::milliseconds length_{0};
  clock::time_point ends_at_{};
};

} // namespace tocsin::client
