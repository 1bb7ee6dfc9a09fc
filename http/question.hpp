#pragma once

#include "http/bridge.hpp"
#include "messages/protocol/failure.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

namespace tocsin::http {

/// A message on its way to an actor and back. All of it happens on one I/O thread.
class question : public std::enable_shared_from_this<question> {
public:
  /// Told of an answered question before the one who asked it.
  using answer_watch = std::function<void(const question&)>;

  /// `held` is released once nobody works on the question any more: when it is answered, however
  /// late.
  explicit question(std::shared_ptr<const void> held) : held_(std::move(held)) {}

  virtual ~question() = default;

  /// Sends the message in the name of `bridge`. `watch` stays in place as long as that lives.
  virtual void put(http_bridge& bridge, const answer_watch& watch) = 0;

  /// Passes `x` on in place of an answer; one that comes later is dropped.
  virtual void give_up(failure x) = 0;

  /// Releases the one who asked. Also after the end of the I/O thread.
  virtual void forget() = 0;

protected:
  void let_go() { held_.reset(); }

private:
  std::shared_ptr<const void> held_;
};

using question_ptr = std::shared_ptr<question>;

template <class Reply, class Handle, class Message, class OnReply>
class question_for final : public question {
public:
  question_for(Handle receiver, Message message, OnReply on_reply, std::shared_ptr<const void> held)
    : question(std::move(held)),
      receiver_(std::move(receiver)),
      message_(std::move(message)),
      on_reply_(std::move(on_reply)) {}

  void put(http_bridge& bridge, const answer_watch& watch) override {
    auto conclude = [self = shared_from_this(), &watch](expected<Reply> x) {
      watch(*self);
      static_cast<question_for&>(*self).conclude(std::move(x));
    };
    // The `asker` keeps the time: CAF holds the timer of each request until it fires, answered or
    // not, which at thousands of requests per second costs more than the requests.
    bridge->request(std::exchange(receiver_, {}), caf::infinite, std::move(message_))
      .then([conclude](Reply& x) { conclude(std::move(x)); },
            [conclude](caf::error& x) { conclude(to_failure(x)); });
  }

  void give_up(failure x) override { pass_on(std::move(x)); }

  void forget() override { on_reply_.reset(); }

private:
  void conclude(expected<Reply> x) {
    let_go();
    pass_on(std::move(x));
  }

  void pass_on(expected<Reply> x) {
    if (!on_reply_)
      return;
    auto tell = std::move(*on_reply_);
    on_reply_.reset();
    tell(std::move(x));
  }

  Handle receiver_;
  Message message_;
  std::optional<OnReply> on_reply_;
};

} // namespace tocsin::http
