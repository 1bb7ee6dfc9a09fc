#pragma once

#include "tests/support/standin/asio_types.hpp"
#include "tests/support/standin/provider_desk.hpp"

#include <boost/asio/ssl/context.hpp>

#include <functional>

namespace tocsin::standin {

/// Serves HTTP/1.1 on one loopback port: keep-alive, pipelining (replies in order) and
/// `Expect: 100-continue`. Works on the thread that runs the io_context; the listener must outlive
/// that run.
class http_listener {
public:
  using handler = std::function<http_outcome(request)>;

  /// `tls` may be null for plain HTTP; if not, it must outlive the listener.
  http_listener(boost::asio::io_context& io, boost::asio::ssl::context* tls, handler handle);

  /// Binds and starts to accept. Returns what failed.
  std::optional<std::string> start(std::uint16_t port);

  std::uint16_t port() const { return port_; }

private:
  void accept();

  boost::asio::io_context& io_;
  boost::asio::ssl::context* tls_;
  handler handle_;
  tcp_acceptor acceptor_;
  std::uint16_t port_ = 0;
};

} // namespace tocsin::standin
