#pragma once

#include "app/bench/schedule.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::bench {

/// The service's answer to one request; the texts are valid during the call only.
struct reply {
  /// Whether every event of the request was accepted.
  bool is_accepted = false;
  /// The sum of `deliveries` over its receipts.
  uint64_t deliveries = 0;
  /// Why it was refused, in short: the status, or the code of the failure.
  std::string_view reason;
  /// Whether the reason is temporary, so that another request may succeed: too much waiting,
  /// restarting, disk full.
  bool is_passing = false;
  /// What stood in the answer.
  std::string_view text;
};

/// A way to the service that has at most one request in flight. Lives on the run's thread.
class sender {
public:
  /// What a sender tells the run. Each is called on the run's thread.
  struct listener {
    /// The sender is free; `send` may be called from here.
    std::function<void(sender&)> on_free;
    /// A request was answered. Gives how long the sender is to rest before it is free again.
    std::function<std::chrono::milliseconds(const ticket&, const reply&)> on_answer;
    /// A request got no answer: its events may be accepted or not.
    std::function<void(const ticket&)> on_lost;
    /// The service could not be reached for ten seconds; the sender does nothing any more.
    std::function<void(sender&)> on_given_up;
  };

  virtual ~sender() = default;

  /// Connects where there is need, and then says that it is free.
  virtual void start() = 0;

  /// Sends the events of `x`; only a free sender may be asked to.
  virtual void send(const ticket& x) = 0;
};

/// Makes the senders of a run, on the thread of `context`; `told` outlives them.
using sender_factory = std::function<std::vector<std::unique_ptr<sender>>(
  boost::asio::io_context& context, const sender::listener& told)>;

} // namespace tocsin::bench
