#pragma once

#include "http/question.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tocsin::http {

/// Sends questions to actors for one I/O thread, and keeps the deadlines of those without an
/// answer. All of it happens on that thread.
class asker {
public:
  using clock = std::chrono::steady_clock;

  /// `loop` is what the thread runs, `patience` how long a question may wait. `call_back` is called
  /// with the first question of a batch, and makes sure that `put` is called soon: once the thread
  /// has handled what else is ready, so that one message wakes the workers for all.
  asker(caf::actor_system& system, boost::asio::io_context& loop, clock::duration patience,
        std::function<void()> call_back);

  asker(const asker&) = delete;
  asker& operator=(const asker&) = delete;

  /// Sends `message` to `receiver`. `on_reply(expected<Reply>)` is called later on this thread,
  /// at the latest after `patience`, then with `overloaded`. `held` is kept until the receiver has
  /// answered, however late.
  template <class Reply, class Handle, class Message, class OnReply>
  void ask(const Handle& receiver, Message message, OnReply on_reply, clock::duration patience,
           std::shared_ptr<const void> held = {}) {
    auto x = std::make_shared<question_for<Reply, Handle, Message, OnReply>>(
      receiver, std::move(message), std::move(on_reply), std::move(held));
    waiting_.emplace(x.get(), entry{x, clock::now() + patience});
    gathered_.push_back(std::move(x));
    if (gathered_.size() == 1)
      call_back_();
  }

  template <class Reply, class Handle, class Message, class OnReply>
  void ask(const Handle& receiver, Message message, OnReply on_reply,
           std::shared_ptr<const void> held = {}) {
    ask<Reply>(receiver, std::move(message), std::move(on_reply), patience_, std::move(held));
  }

  /// Sends the questions that have accumulated.
  void put();

  /// Gives up the questions whose deadline has passed.
  void expire(clock::time_point now);

  /// In whose name it asks.
  const caf::actor& bridge() const { return bridge_->handle(); }

  /// Releases the bridge and all who still wait. After the end of the I/O thread.
  void close();

private:
  struct entry {
    question_ptr value;
    clock::time_point until;
  };

  clock::duration patience_;
  std::function<void()> call_back_;
  /// To be put.
  std::vector<question_ptr> gathered_;
  std::unordered_map<const question*, entry> waiting_;
  question::answer_watch watch_;
  /// Empty once it is closed.
  std::optional<http_bridge> bridge_;
};

} // namespace tocsin::http
