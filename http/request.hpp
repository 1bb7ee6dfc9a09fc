#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

enum class method : uint8_t { get, post, put, patch, remove, other };

/// `GET`, `DELETE`, …; `other` has no name.
std::string_view to_string(method x);

/// One request as the routes see it: complete, within the limits, framing removed.
struct request {
  method verb = method::get;
  /// The request target as sent, percent-encoded.
  std::string target;
  /// The header fields that routes look at; nothing where the client sent none.
  std::optional<std::string> authorization;
  std::optional<std::string> content_type;
  std::optional<std::string> content_encoding;
  std::optional<std::string> idempotency_key;
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
  std::optional<std::string> cookie;
  std::optional<std::string> csrf_token;
  std::optional<std::string> mask_sensitive;
  std::optional<std::string> managed_by;
  std::optional<std::string> last_event_id;
  std::optional<std::string> accept_encoding;
  std::string body;
  /// The body is still to be read: `responder::read_body` does that.
  bool lacks_body = false;
};

} // namespace tocsin::http
