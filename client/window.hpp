#pragma once

#include "link/frame.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::client {

/// A question to a node, ready to be sent.
struct question {
  uint64_t number = 0;
  link::frame_kind kind{};
  std::string payload;
};

/// What was asked and is not answered yet. Each question is sent once per connection, and again
/// where a node asks for it. No clock, no I/O.
class window {
public:
  using clock = std::chrono::steady_clock;

  /// A question, and what has happened to it.
  struct entry {
    question value;
    clock::time_point asked_at;
    /// Whether it was sent over some connection: a node may have it.
    bool was_sent = false;
    /// Whether it is to be sent, be it again.
    bool is_waiting = true;
  };

  /// Takes a question in; numbers must rise.
  void add(question x, clock::time_point now);

  /// Calls `send` with each question that is to be sent, in the order of their numbers.
  template <class Send>
  void send_waiting(Send&& send) {
    while (has_waiting())
      send_first(send);
  }

  /// The same with the first of them alone.
  template <class Send>
  void send_first(Send&& send) {
    if (!has_waiting())
      return;
    auto& x = asked_.at(*waiting_.begin());
    waiting_.erase(waiting_.begin());
    x.is_waiting = false;
    x.was_sent = true;
    send(std::as_const(x.value));
  }

  /// Whether something is to be sent.
  bool has_waiting() const { return !waiting_.empty(); }

  /// Whether something was sent over this connection and is not answered yet.
  bool has_sent() const { return waiting_.size() < asked_.size(); }

  /// Makes the question be sent again, unless it is answered.
  void repeat(uint64_t number);

  /// Makes everything be sent again: the connection it went over is gone.
  void repeat_all();

  /// The question, or null if it is answered.
  const question* find(uint64_t number) const;

  /// Forgets an answered question, and returns it; nothing if it is not known, or not any more.
  std::optional<question> settle(uint64_t number);

  /// Takes out all entries for which `is_wanted` holds, in the order of their numbers.
  template <class Predicate>
  std::vector<entry> take_if(Predicate&& is_wanted) {
    std::vector<entry> result;
    for (auto i = asked_.begin(); i != asked_.end();) {
      auto here = i++;
      if (!is_wanted(std::as_const(here->second)))
        continue;
      waiting_.erase(here->first);
      result.push_back(std::move(here->second));
      asked_.erase(here);
    }
    return result;
  }

  /// Takes out the questions asked before `limit`.
  std::vector<entry> take_older_than(clock::time_point limit);

  /// Takes an entry back in that was taken out.
  void put_back(entry x);

private:
  std::map<uint64_t, entry> asked_;
  /// The numbers of those that are waiting.
  std::set<uint64_t> waiting_;
};

} // namespace tocsin::client
