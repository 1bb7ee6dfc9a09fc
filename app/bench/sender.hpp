#pragma once

#include "app/bench/byte_buffer.hpp"
#include "app/bench/request_buffer.hpp"
#include "app/bench/schedule.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>

namespace tocsin::bench {

/// One keep-alive connection to `tocsind` with at most one request under way. Lives on the thread
/// that runs `context`.
class sender {
public:
  /// What a sender tells the run. Each is called on the sender's thread.
  struct listener {
    /// The connection is free; `send` may be called from here.
    std::function<void(sender&)> on_free;
    /// A request was answered; the body is valid during the call only. Gives how long the
    /// connection is to rest before it is free again.
    std::function<std::chrono::milliseconds(const ticket&, int status, std::string_view body)>
      on_answer;
    /// A request got no answer, as its connection broke.
    std::function<void(const ticket&)> on_lost;
    /// The server could not be reached for ten seconds; the sender does nothing any more.
    std::function<void(sender&)> on_given_up;
  };

  /// Makes a request of so many events.
  using request_maker = std::function<request_buffer(size_t events)>;

  /// `make` and `told` must outlive the sender.
  sender(boost::asio::io_context& context, const boost::asio::ip::tcp::endpoint& server,
         const request_maker& make, const listener& told);

  /// Connects, and then says that it is free.
  void start();

  /// Sends the events of `x`; only a free sender may be asked to.
  void send(const ticket& x);

private:
  void connect();
  void connection_broke();
  void write();
  void read();
  void take_answer();
  void become_free(std::chrono::milliseconds pause);

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  boost::asio::ip::tcp::endpoint server_;
  const request_maker& make_;
  std::optional<request_buffer> request_;
  const listener& told_;
  byte_buffer buffer_;
  /// The part of the request that the socket did not take yet.
  std::string_view unsent_;
  std::optional<ticket> under_way_;
  unsigned failures_ = 0;
};

} // namespace tocsin::bench
