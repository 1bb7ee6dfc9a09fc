#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <optional>
#include <string>

/// Asio types bound to io_context's own executor, which saves the type erasure of the default one.
/// Only for the listeners; no public header includes this.
namespace tocsin::standin {

using tcp = boost::asio::ip::tcp;
using io_executor = boost::asio::io_context::executor_type;
using tcp_socket = boost::asio::basic_stream_socket<tcp, io_executor>;
using tcp_acceptor = boost::asio::basic_socket_acceptor<tcp, io_executor>;
using io_timer = boost::asio::basic_waitable_timer<
  std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, io_executor>;

/// Makes `socket` end with a reset instead of an orderly close.
void reset(tcp_socket& socket);

/// Opens `acceptor` on 127.0.0.1 and `port`; 0 lets the kernel choose. Returns what failed.
std::optional<std::string> listen_on(tcp_acceptor& acceptor, std::uint16_t port);

} // namespace tocsin::standin
