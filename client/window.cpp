#include "client/window.hpp"

namespace tocsin::client {

void window::add(question x, clock::time_point now) {
  put_back({std::move(x), now});
}

void window::put_back(entry x) {
  auto number = x.value.number;
  if (x.is_waiting)
    waiting_.insert(number);
  asked_.emplace_hint(asked_.end(), number, std::move(x));
}

void window::repeat(uint64_t number) {
  auto found = asked_.find(number);
  if (found == asked_.end())
    return;
  found->second.is_waiting = true;
  waiting_.insert(number);
}

void window::repeat_all() {
  for (auto& [number, x] : asked_) {
    x.is_waiting = true;
    waiting_.insert(waiting_.end(), number);
  }
}

const question* window::find(uint64_t number) const {
  auto found = asked_.find(number);
  return found == asked_.end() ? nullptr : &found->second.value;
}

std::optional<question> window::settle(uint64_t number) {
  auto found = asked_.extract(number);
  if (found.empty())
    return std::nullopt;
  waiting_.erase(number);
  return std::move(found.mapped().value);
}

std::vector<window::entry> window::take_older_than(clock::time_point limit) {
  std::vector<entry> result;
  // They are asked in the order of their numbers.
  while (!asked_.empty() && asked_.begin()->second.asked_at < limit) {
    auto first = asked_.extract(asked_.begin());
    waiting_.erase(first.key());
    result.push_back(std::move(first.mapped()));
  }
  return result;
}

} // namespace tocsin::client
