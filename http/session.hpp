#pragma once

#include "http/connection.hpp"
#include "http/responder.hpp"
#include "http/server.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tocsin::http {

/// What the sessions of one I/O thread share. It outlives them.
struct session_services {
  const server_options& options;
  request_handler& handler;
  /// Makes an id for a request whose client gave none.
  std::function<std::string()> make_request_id;
};

/// Opens an HTTP/1.1 session on an accepted socket. It reads one request at a time: what a client
/// pipelines waits in the buffer, so answers keep the order of the requests.
std::shared_ptr<connection> open_session(boost::asio::ip::tcp::socket socket,
                                         session_services& services);

} // namespace tocsin::http
