#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>

namespace tocsin::channels {

/// What waits stands in a line for each sender, and the lines take turns: one who has much to send
/// does not keep the others waiting. Not thread-safe.
template <class T>
class fair_queue {
public:
  bool empty() const { return turns_.empty(); }

  void push(const void* sender, T x) {
    auto& line = lines_[sender];
    if (line.empty())
      turns_.push_back(sender);
    line.push_back(std::move(x));
  }

  /// Takes the first of the line whose turn it is. Must not be empty.
  T pop() {
    auto sender = turns_.front();
    turns_.pop_front();
    auto line = lines_.find(sender);
    auto result = std::move(line->second.front());
    line->second.pop_front();
    if (line->second.empty())
      lines_.erase(line);
    else
      turns_.push_back(sender);
    return result;
  }

private:
  std::unordered_map<const void*, std::deque<T>> lines_;
  std::deque<const void*> turns_;
};

} // namespace tocsin::channels
