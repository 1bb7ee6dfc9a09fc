#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace tocsin::bench {

/// A thread that knows what processor time it took.
class metered_thread {
public:
  explicit metered_thread(std::function<void()> work);
  ~metered_thread();

  /// Waits for its end, and gives its processor time, user and system. May be called again.
  std::chrono::nanoseconds join();

private:
  std::chrono::nanoseconds cpu_{};
  std::thread thread_;
};

} // namespace tocsin::bench
