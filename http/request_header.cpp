#include "http/request_header.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>

namespace tocsin::http {

namespace {

namespace beast = boost::beast;

using beast::http::field;
using beast::http::verb;

constexpr size_t max_request_id_size = 128;

method method_of(verb x) {
  switch (x) {
  case verb::get: return method::get;
  case verb::post: return method::post;
  case verb::put: return method::put;
  case verb::patch: return method::patch;
  case verb::delete_: return method::remove;
  default: return method::other;
  }
}

std::optional<std::string> value_of(const beast_request& header, auto name) {
  auto found = header.find(name);
  if (found == header.end())
    return std::nullopt;
  return std::string{found->value()};
}

} // namespace

std::optional<std::string> find_header_fault(const beast_request& header, bool chunked) {
  auto hosts = header.count(field::host);
  // RFC 9112 §3.2 asks for this answer.
  if (hosts > 1 || (hosts == 0 && header.version() == 11))
    return "exactly one 'Host' is needed";
  // A body in a coding that is not understood has no end that both sides agree on.
  if (header.count(field::transfer_encoding) > 0
      && !(chunked && beast::iequals(header[field::transfer_encoding], "chunked")))
    return "'Transfer-Encoding' can only be 'chunked'";
  if (header.count(field::expect) > 0 && !beast::iequals(header[field::expect], "100-continue"))
    return "'Expect' can only be '100-continue'";
  return std::nullopt;
}

bool expects_continue(const beast_request& header) {
  return header.version() == 11 && header.count(field::expect) > 0;
}

std::string client_request_id(const beast_request& header) {
  auto value = header["X-Request-Id"];
  auto is_sane = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '_' || c == '-';
  };
  if (value.size() > max_request_id_size || !std::all_of(value.begin(), value.end(), is_sane))
    return {};
  return std::string{value};
}

request take_request(beast_request& x) {
  request result;
  result.verb = method_of(x.method());
  result.target = std::string{x.target()};
  result.authorization = value_of(x, field::authorization);
  result.content_type = value_of(x, field::content_type);
  result.content_encoding = value_of(x, field::content_encoding);
  result.idempotency_key = value_of(x, "Idempotency-Key");
  result.if_match = value_of(x, field::if_match);
  result.body = std::move(x.body());
  return result;
}

} // namespace tocsin::http
