#include "tests/support/standin/http_listener.hpp"

#include "tests/support/standin/http_session.hpp"

namespace tocsin::standin {

http_listener::http_listener(boost::asio::io_context& io, boost::asio::ssl::context* tls,
                             handler handle)
  : io_(io), tls_(tls), handle_(std::move(handle)), acceptor_(io) {}

std::optional<std::string> http_listener::start(std::uint16_t port) {
  if (auto failed = listen_on(acceptor_, port))
    return failed;
  port_ = acceptor_.local_endpoint().port();
  accept();
  return std::nullopt;
}

void http_listener::accept() {
  acceptor_.async_accept([this](boost::system::error_code ec, tcp_socket socket) {
    if (ec == boost::asio::error::operation_aborted)
      return;
    if (!ec) {
      boost::system::error_code ignored;
      socket.set_option(tcp::no_delay{true}, ignored);
      using tls_stream = boost::asio::ssl::stream<tcp_socket>;
      if (tls_ != nullptr)
        std::make_shared<http_session<tls_stream>>(handle_, io_.get_executor(), std::move(socket),
                                                   *tls_)
          ->start();
      else
        std::make_shared<http_session<tcp_socket>>(handle_, io_.get_executor(), std::move(socket))
          ->start();
    }
    accept();
  });
}

} // namespace tocsin::standin
