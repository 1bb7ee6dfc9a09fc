#include "http/response_head.hpp"

#include "http/http_date.hpp"

#include <algorithm>

namespace tocsin::http {

namespace {

/// Whatever a browser makes of an answer, it must not guess what it is, nor tell others of it.
constexpr std::string_view security_fields = "X-Content-Type-Options: nosniff\r\n"
                                             "Referrer-Policy: no-referrer\r\n";

/// Except on the panel's pages, which bring their own policy, nothing may run or be framed.
constexpr std::string_view api_content_policy = "default-src 'none'; frame-ancestors 'none'";

/// A year, as RFC 6797 §6.1.1 counts it.
constexpr std::string_view transport_field = "Strict-Transport-Security: max-age=31536000\r\n";

bool has_field(const response& x, std::string_view name) {
  return std::any_of(x.headers.begin(), x.headers.end(),
                     [name](auto& field) { return field.name == name; });
}

/// Whether an answer has a body unless the request was a HEAD: then its length tells how long that
/// would be (RFC 9110 §8.6).
bool has_length(const response& x) {
  return x.status != 204 && x.status != 304 && !x.source;
}

} // namespace

std::string response_head(const response& x, const head_facts& facts) {
  std::string result;
  result.reserve(512);
  auto add = [&result](std::string_view name, std::string_view value) {
    result.append(name).append(": ").append(value).append("\r\n");
  };
  result.append("HTTP/1.1 ").append(std::to_string(x.status)).append(" ");
  result.append(reason_phrase(x.status)).append("\r\n");
  add("Date", http_date());
  add("X-Request-Id", facts.request_id);
  for (auto& field : x.headers)
    add(field.name, field.value);
  if (!x.body.empty() || x.source)
    add("Content-Type", x.content_type);
  result.append(security_fields);
  if (!has_field(x, "Content-Security-Policy"))
    add("Content-Security-Policy", api_content_policy);
  if (!has_field(x, "Cache-Control"))
    add("Cache-Control", "no-store");
  if (facts.is_reached_over_tls)
    result.append(transport_field);
  if (has_length(x))
    add("Content-Length", std::to_string(x.body.size()));
  // To HTTP/1.0 such a body ends with the connection (RFC 9112 §6.3).
  if (x.source && !facts.is_old)
    add("Transfer-Encoding", "chunked");
  if (!facts.keep)
    add("Connection", "close");
  else if (facts.is_old)
    add("Connection", "keep-alive");
  result.append("\r\n");
  return result;
}

} // namespace tocsin::http
