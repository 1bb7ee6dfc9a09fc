#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <utility>

namespace tocsin::channels {

/// What came first goes first.
template <class T>
class waiting_line {
public:
  bool empty() const { return waiting_.empty(); }

  void push(T x) { waiting_.push_back(std::move(x)); }

  /// Takes the first. Must not be empty.
  T pop() {
    auto result = std::move(waiting_.front());
    waiting_.pop_front();
    return result;
  }

  std::deque<T> take_all() { return std::exchange(waiting_, {}); }

private:
  std::deque<T> waiting_;
};

/// Lines, one for each key, that take turns: one in which much waits does not keep the others
/// waiting.
template <class Key, class Line>
class lines_in_turn {
public:
  bool empty() const { return turns_.empty(); }

  /// Puts `what` into the line of `key`.
  template <class... What>
  void push(const Key& key, What&&... what) {
    auto& line = lines_[key];
    if (line.empty())
      turns_.push_back(key);
    line.push(std::forward<What>(what)...);
  }

  /// Takes from the line whose turn it is. Must not be empty.
  auto pop() {
    auto key = std::move(turns_.front());
    turns_.pop_front();
    auto line = lines_.find(key);
    auto result = line->second.pop();
    if (line->second.empty())
      lines_.erase(line);
    else
      turns_.push_back(std::move(key));
    return result;
  }

  /// Takes all that waits in the line of `key`, or in the one of `rest` within it.
  template <class... Rest>
  auto take_all(const Key& key, const Rest&... rest) {
    auto line = lines_.find(key);
    if (line == lines_.end())
      return decltype(line->second.take_all(rest...)){};
    auto result = line->second.take_all(rest...);
    if (line->second.empty()) {
      lines_.erase(line);
      std::erase(turns_, key);
    }
    return result;
  }

private:
  std::unordered_map<Key, Line> lines_;
  std::deque<Key> turns_;
};

/// What waits for a place: owners take turns, and so do the senders of each. Not thread-safe.
template <class T>
using fair_queue = lines_in_turn<std::string, lines_in_turn<const void*, waiting_line<T>>>;

} // namespace tocsin::channels
