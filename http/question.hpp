#pragma once

#include "messages/protocol/failure.hpp"

#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tocsin::http {

class question;

using question_ptr = std::shared_ptr<question>;

/// Asks the bridge to put questions, in their order, to the actors they are for.
struct put_questions {
  std::vector<question_ptr> values;
};

/// Makes the bridge hand back the replies it has gathered.
struct flush_replies {};

/// Stands between the I/O threads, which must not wait, and the actors.
using http_bridge_actor
  = caf::typed_actor<caf::reacts_to<put_questions>, caf::reacts_to<flush_replies>>;

/// Takes questions that have been answered back to the I/O thread they came from. Called by the
/// bridge.
using reply_post = std::function<void(std::vector<question_ptr>)>;

/// A message on its way to an actor and back. It is made on an I/O thread, put by the bridge, and
/// concluded on the I/O thread it came from.
class question : public std::enable_shared_from_this<question> {
public:
  using gather = std::function<void(question_ptr)>;

  /// `held` is let go of once nobody works on the question any more: when it is concluded, or, if
  /// it was given up, when the answer comes all the same.
  question(size_t loop, std::shared_ptr<const void> held) : loop_(loop), held_(std::move(held)) {}

  virtual ~question() = default;

  /// The number of the I/O thread that asks.
  size_t loop() const { return loop_; }

  /// Sends the message in the name of `bridge`; `done` gets the question back once it is answered.
  /// In the bridge's context.
  virtual void put(http_bridge_actor::pointer bridge, const gather& done) = 0;

  /// Passes the answer on to the one who asked. On the I/O thread.
  virtual void conclude() = 0;

  /// Passes `x` on in place of an answer; one that comes later is dropped. On the I/O thread.
  virtual void give_up(failure x) = 0;

  /// Lets go of the one who asked. On the I/O thread, or after its end.
  virtual void forget() = 0;

protected:
  void let_go() { held_.reset(); }

private:
  size_t loop_;
  std::shared_ptr<const void> held_;
};

template <class Reply, class Handle, class Message, class OnReply>
class question_for final : public question {
public:
  question_for(size_t loop, Handle receiver, Message message, OnReply on_reply,
               std::shared_ptr<const void> held)
    : question(loop, std::move(held)),
      receiver_(std::move(receiver)),
      message_(std::move(message)),
      on_reply_(std::move(on_reply)) {}

  void put(http_bridge_actor::pointer bridge, const gather& done) override {
    // The asker keeps the time: CAF holds the timer of each request until it fires, answered or
    // not, which at thousands of requests per second costs more than the requests.
    bridge->request(std::exchange(receiver_, {}), caf::infinite, std::move(message_))
      .then(
        [self = shared_from_this(), done](Reply& x) {
          static_cast<question_for&>(*self).answer_.emplace(std::move(x));
          done(self);
        },
        [self = shared_from_this(), done](caf::error& x) {
          static_cast<question_for&>(*self).answer_.emplace(to_failure(x));
          done(self);
        });
  }

  void conclude() override {
    let_go();
    pass_on(std::move(*answer_));
  }

  void give_up(failure x) override { pass_on(std::move(x)); }

  void forget() override { on_reply_.reset(); }

private:
  void pass_on(expected<Reply> x) {
    if (!on_reply_)
      return;
    auto tell = std::move(*on_reply_);
    on_reply_.reset();
    tell(std::move(x));
  }

  Handle receiver_;
  Message message_;
  /// Written by the bridge, read once the question is back on its I/O thread.
  std::optional<expected<Reply>> answer_;
  /// Touched by the I/O thread alone.
  std::optional<OnReply> on_reply_;
};

} // namespace tocsin::http

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::http::put_questions)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::http::flush_replies)
