#pragma once

#include <chrono>

namespace tocsin::client {

/// The pause of a spool's entries while a node takes none of them, as its disk is full for example:
/// a second, then twice as long each time, up to a minute. After each pause a single entry shows
/// whether the node takes them again. No clock, no I/O.
class feed_pause {
public:
  using clock = std::chrono::steady_clock;

  /// A node has refused an entry through no fault of that entry: begins the pause, or the next one
  /// if this has passed. Returns whether it is the first.
  bool begin(clock::time_point now);

  /// A node has taken an entry: all others may be sent.
  void end() { length_ = {}; }

  /// Lets a single entry be sent at once: another node may take what one has refused.
  void cut_short() { ends_at_ = {}; }

  /// Whether no more than a single entry may be sent.
  bool is_on() const { return length_ != std::chrono::milliseconds{0}; }

  /// Whether it is time for that entry.
  bool has_passed(clock::time_point now) const { return is_on() && ends_at_ <= now; }

private:
  /// Nought while there is no pause.
  std::chrono::milliseconds length_{0};
  clock::time_point ends_at_{};
};

} // namespace tocsin::client
