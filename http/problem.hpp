#pragma once

#include "http/response.hpp"
#include "messages/failure.hpp"

#include <cstdint>
#include <string>

namespace tocsin::http {

/// What only the HTTP part can refuse; everything else is an `errc`.
enum class refusal : uint8_t {
  malformed_json,
  malformed_request,
  unknown_path,
  method_not_allowed,
  body_too_large,
  unsupported_media_type,
  request_timeout,
  target_too_long,
  header_too_large,
  too_many_connections,
  rate_limited,
};

/// The problem document (RFC 9457) for `x` with its status, and `Retry-After` or
/// `WWW-Authenticate` where they belong. A body that `parse_events` found not to be JSON gives
/// `malformed_json`.
response problem(const failure& x);

/// The problem document for `kind`; `detail` is one sentence for people.
response problem(refusal kind, std::string_view detail);

} // namespace tocsin::http
