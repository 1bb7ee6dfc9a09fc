#include "client/window.hpp"

#include <utility>

namespace tocsin::client {

void window::add(question x, clock::time_point now) {
  auto number = x.number;
  asked_.emplace_hint(asked_.end(), number, entry{std::move(x), now});
  unsent_.insert(unsent_.end(), number);
}

void window::repeat(uint64_t number) {
  if (asked_.contains(number))
    unsent_.insert(number);
}

void window::repeat_all() {
  for (auto& [number, x] : asked_)
    unsent_.insert(unsent_.end(), number);
}

bool window::settle(uint64_t number) {
  unsent_.erase(number);
  return asked_.erase(number) > 0;
}

std::vector<uint64_t> window::expire(clock::time_point limit) {
  std::vector<uint64_t> result;
  while (!asked_.empty() && asked_.begin()->second.asked_at < limit) {
    result.push_back(asked_.begin()->first);
    settle(result.back());
  }
  return result;
}

} // namespace tocsin::client
