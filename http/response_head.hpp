#pragma once

#include "http/response.hpp"

#include <string>
#include <string_view>

namespace tocsin::http {

/// What the connection adds to a response.
struct head_facts {
  std::string_view request_id;
  /// Whether the connection stays open.
  bool keep = true;
  /// Whether the request was of HTTP/1.0.
  bool is_old = false;
  bool is_reached_over_tls = false;
};

/// The status line and the header of `x` as they go over the wire, the empty line included.
std::string response_head(const response& x, const head_facts& facts);

} // namespace tocsin::http
