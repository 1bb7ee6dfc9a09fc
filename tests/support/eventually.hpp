#pragma once

#include <chrono>
#include <functional>
#include <thread>

namespace tocsin {

/// Waits until `wanted` is true, which is asked every few milliseconds, for `patience` at most;
/// false if it never was.
inline bool eventually(const std::function<bool()>& wanted,
                       std::chrono::seconds patience = std::chrono::seconds{60}) {
  auto end = std::chrono::steady_clock::now() + patience;
  while (!wanted()) {
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{5});
  }
  return true;
}

} // namespace tocsin
