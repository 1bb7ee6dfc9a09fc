#pragma once

#include "http/body_source.hpp"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::http {

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view problem_type = "application/problem+json";

/// A header field; the name is a literal, the value has no line breaks.
struct header_field {
  std::string_view name;
  std::string value;
};

/// One response as the routes give it. The session adds `Date`, `Content-Length`, `Connection`
/// and `X-Request-Id`, and unless `headers` have others, `Cache-Control: no-store` and a
/// `Content-Security-Policy` that forbids everything.
struct response {
  unsigned status = 200;
  /// A literal; meaningless where the body is empty.
  std::string_view content_type = json_type;
  std::vector<header_field> headers;
  std::string body;
  /// Set: the body comes from here, and the connection closes behind it.
  std::shared_ptr<body_source> source = nullptr;
};

/// 200 with a JSON text.
inline response ok(std::string json) {
  return {200, json_type, {}, std::move(json)};
}

/// 204, which has no body.
inline response no_content() {
  return {204, json_type, {}, {}};
}

/// A status code, and the words that go with it.
struct status_line {
  unsigned code = 0;
  std::string_view reason;
};

/// All that a response may have.
inline constexpr auto all_statuses = std::to_array<status_line>({
  {200, "OK"},
  {201, "Created"},
  {202, "Accepted"},
  {204, "No Content"},
  {302, "Found"},
  {304, "Not Modified"},
  {400, "Bad Request"},
  {401, "Unauthorized"},
  {403, "Forbidden"},
  {404, "Not Found"},
  {405, "Method Not Allowed"},
  {408, "Request Timeout"},
  {409, "Conflict"},
  {412, "Precondition Failed"},
  {413, "Content Too Large"},
  {414, "URI Too Long"},
  {415, "Unsupported Media Type"},
  {422, "Unprocessable Content"},
  {429, "Too Many Requests"},
  {431, "Request Header Fields Too Large"},
  {500, "Internal Server Error"},
  {503, "Service Unavailable"},
  {507, "Insufficient Storage"},
});

/// The words that go with a status code, for the status line.
std::string_view reason_phrase(unsigned status);

} // namespace tocsin::http
