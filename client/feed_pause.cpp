#include "client/feed_pause.hpp"

#include <algorithm>

namespace tocsin::client {

namespace {

constexpr std::chrono::milliseconds first_length{1'000};
constexpr std::chrono::milliseconds longest_length{60'000};

} // namespace

bool feed_pause::begin(clock::time_point now) {
  auto is_first = !is_on();
  // What was sent before the pause is refused during it, and says nothing new.
  if (!is_first && !has_passed(now))
    return false;
  length_ = is_first ? first_length : std::min(length_ * 2, longest_length);
  ends_at_ = now + length_;
  return is_first;
}

} // namespace tocsin::client
