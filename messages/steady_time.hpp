#pragma once

#include <chrono>
#include <functional>

namespace tocsin {

/// An instant of a clock that nobody sets: for pauses and delays, which must not change their
/// length when the wall clock jumps. It means nothing to another process.
using steady_time = std::chrono::steady_clock::time_point;

/// Where the steady time comes from; tests bring their own.
using monotonic_clock = std::function<steady_time()>;

/// The machine's monotonic clock.
inline monotonic_clock system_monotonic_clock() {
  return [] { return std::chrono::steady_clock::now(); };
}

} // namespace tocsin
