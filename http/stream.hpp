#pragma once

#include "http/tls_identity.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <utility>

namespace tocsin::http {

/// The bytes of a connection as they are. `plain_stream` and `tls_stream` look the same to a
/// connection, which is compiled for both.
class plain_stream {
public:
  explicit plain_stream(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  /// What requests and responses go through.
  auto& bytes() { return socket_; }

  boost::asio::ip::tcp::socket& socket() { return socket_; }

  /// Calls `done(error_code)` once requests can be read.
  template <class Done>
  void async_open(Done done) {
    done(boost::system::error_code{});
  }

  /// Calls `done()` once the other side has been told that nothing more comes through `bytes`.
  template <class Done>
  void async_end(Done done) {
    done();
  }

private:
  boost::asio::ip::tcp::socket socket_;
};

/// The bytes of a connection under TLS.
class tls_stream {
public:
  tls_stream(boost::asio::ip::tcp::socket socket, tls_context context)
    : context_(std::move(context)), stream_(std::move(socket), *context_) {}

  auto& bytes() { return stream_; }

  boost::asio::ip::tcp::socket& socket() { return stream_.next_layer(); }

  template <class Done>
  void async_open(Done done) {
    stream_.async_handshake(boost::asio::ssl::stream_base::server, std::move(done));
  }

  /// Whatever goes wrong on the way, there is nothing left to be said.
  template <class Done>
  void async_end(Done done) {
    stream_.async_shutdown(
      [done = std::move(done)](const boost::system::error_code&) mutable { done(); });
  }

private:
  tls_context context_;
  boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
};

} // namespace tocsin::http
