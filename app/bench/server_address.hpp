#pragma once

#include "messages/failure.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <string>
#include <string_view>

namespace tocsin::bench {

/// A service as a raw connection reaches it.
struct server_address {
  boost::asio::ip::tcp::endpoint endpoint;
  /// `host:port`, for the `Host` header.
  std::string authority;
  /// What stands before `/api/v1`.
  std::string base_path;
};

/// Takes an `http://` URL apart and resolves its host; blocks while that takes place.
/// Errors: invalid_argument (https, or no URL), unavailable (no such host).
expected<server_address> find_server(std::string_view url);

} // namespace tocsin::bench
