#pragma once

#include "app/bench/limits/metered_thread.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::bench {

/// An HTTP server of Beast and nothing else, on one thread: it reads requests whatever they are,
/// knows no routes, tokens or limits, and answers with one of two texts that were made before.
class bare_door {
public:
  /// A connection whose request waits for its answer.
  class visitor;
  using visitor_ptr = std::shared_ptr<visitor>;

  enum class answer { accepted, failed };

  /// Called on the door's thread with each request's body.
  using request_handler = std::function<void(visitor_ptr from, std::string body)>;

  /// Listens on 127.0.0.1 and a free port; connections wait there until `start`.
  explicit bare_door(request_handler on_request);
  ~bare_door();

  boost::asio::ip::tcp::endpoint endpoint() const { return acceptor_.local_endpoint(); }

  void start();

  /// Answers at once: 202 with a receipt, or 500. The door's thread only, from `on_request`.
  static void reply(const visitor_ptr& to, answer x);

  /// Answers all of them on the door's thread. Any thread.
  void reply_all(std::vector<visitor_ptr> to, answer x);

  /// Ends the thread and gives the processor time it took. Nobody may hold a visitor any more when
  /// the door ends.
  std::chrono::nanoseconds stop();

private:
  void accept();

  boost::asio::io_context context_{1};
  boost::asio::ip::tcp::acceptor acceptor_;
  request_handler on_request_;
  std::unique_ptr<metered_thread> thread_;
};

} // namespace tocsin::bench
