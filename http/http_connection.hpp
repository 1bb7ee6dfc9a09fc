#pragma once

#include "http/connection.hpp"
#include "http/responder.hpp"
#include "http/response_counts.hpp"
#include "http/server.hpp"
#include "http/tls_identity.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <memory>
#include <string>

namespace tocsin::http {

/// What the connections of one I/O thread share. It outlives them.
struct connection_services {
  const server_options& options;
  request_handler& handler;
  response_counts& responses;
  /// Browsers reach the server over TLS, whoever ends that.
  bool is_reached_over_tls = false;
  /// Makes an id for a request whose client gave none.
  std::function<std::string()> make_request_id;
  /// The bytes of the long bodies that are being written.
  size_t unwritten_bytes = 0;
};

/// Opens an HTTP/1.1 connection on an accepted socket, under TLS where `tls` is set. It reads one
/// request at a time: what a client pipelines waits in the buffer, so answers keep the order of
/// the requests. With `turn_away` it answers 503 `too_many_connections` at once, and closes.
std::shared_ptr<connection> open_connection(boost::asio::ip::tcp::socket socket, tls_context tls,
                                            bool turn_away, connection_services& services);

} // namespace tocsin::http
