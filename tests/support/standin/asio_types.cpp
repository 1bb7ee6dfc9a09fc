#include "tests/support/standin/asio_types.hpp"

#include <fmt/format.h>

namespace tocsin::standin {

void reset(tcp_socket& socket) {
  boost::system::error_code ignored;
  socket.set_option(boost::asio::socket_base::linger{true, 0}, ignored);
  socket.close(ignored);
}

std::optional<std::string> listen_on(tcp_acceptor& acceptor, std::uint16_t port) {
  boost::system::error_code ec;
  tcp::endpoint endpoint{boost::asio::ip::address_v4::loopback(), port};
  acceptor.open(endpoint.protocol(), ec);
  if (!ec)
    acceptor.set_option(boost::asio::socket_base::reuse_address{true}, ec);
  if (!ec)
    acceptor.bind(endpoint, ec);
  if (!ec)
    acceptor.listen(boost::asio::socket_base::max_listen_connections, ec);
  if (ec)
    return fmt::format("cannot listen on 127.0.0.1:{}: {}", port, ec.message());
  return std::nullopt;
}

} // namespace tocsin::standin
