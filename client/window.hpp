#pragma once

#include "link/frame.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
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

  /// Takes a question in; numbers must rise.
  void add(question x, clock::time_point now);

  /// Calls `send` with each question that is to be sent, in the order of their numbers.
  template <class Send>
  void send_waiting(Send&& send) {
    for (auto number : unsent_)
      send(std::as_const(asked_.at(number).value));
    unsent_.clear();
  }

  /// Makes the question be sent again, unless it is answered.
  void repeat(uint64_t number);

  /// Makes everything be sent again: the connection it went over is gone.
  void repeat_all();

  /// Forgets an answered question; false if it is not known, or not any more.
  bool settle(uint64_t number);

  /// Forgets the questions asked before `limit`, and returns their numbers.
  std::vector<uint64_t> expire(clock::time_point limit);

private:
  struct entry {
    question value;
    clock::time_point asked_at;
  };

  std::map<uint64_t, entry> asked_;
  std::set<uint64_t> unsent_;
};

} // namespace tocsin::client
