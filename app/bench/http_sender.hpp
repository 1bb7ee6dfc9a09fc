#pragma once

#include "app/bench/request_buffer.hpp"
#include "app/bench/sender.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace tocsin::bench {

/// Where the service takes events over HTTP, and how.
struct http_way {
  boost::asio::ip::tcp::endpoint server;
  /// `host:port`, for the `Host` header.
  std::string authority;
  /// What stands before `/api`; mostly empty.
  std::string base_path;
  std::string token;
  unsigned connections = 64;
  event_taker taker = event_taker::tocsin;
};

/// One sender per keep-alive connection.
sender_factory http_senders(const http_way& way, const run_mark& mark,
                            const payload_options& payload);

} // namespace tocsin::bench
