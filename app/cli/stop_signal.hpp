#pragma once

#include <chrono>
#include <csignal>

namespace tocsin::cli {

/// Takes note of SIGINT and SIGTERM, where they would end the process. Only the first of each: a
/// second one ends it as ever, so that a command that hangs can be ended too. One object at a time.
class stop_signal {
public:
  stop_signal();
  ~stop_signal();

  stop_signal(const stop_signal&) = delete;
  stop_signal& operator=(const stop_signal&) = delete;

  /// Waits for a signal at most this long; whether one has come by then.
  bool arrives_within(std::chrono::milliseconds limit);

private:
  struct sigaction old_interrupt_ {};
  struct sigaction old_terminate_ {};
};

} // namespace tocsin::cli
