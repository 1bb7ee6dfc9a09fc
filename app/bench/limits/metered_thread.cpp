#include "app/bench/limits/metered_thread.hpp"

#include <ctime>
#include <utility>

namespace tocsin::bench {

metered_thread::metered_thread(std::function<void()> work)
  : thread_([this, work = std::move(work)] {
      work();
      timespec used{};
      ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
      cpu_ = std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
    }) {}

metered_thread::~metered_thread() {
  join();
}

std::chrono::nanoseconds metered_thread::join() {
  if (thread_.joinable())
    thread_.join();
  return cpu_;
}

} // namespace tocsin::bench
