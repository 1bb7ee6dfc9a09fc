#include "http/request_header.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace tocsin::http {

namespace {

namespace beast = boost::beast;

using beast::http::field;
using beast::http::verb;

constexpr size_t max_request_id_size = 128;

/// RFC 9110 §4.1 asks for 8,000 at least.
constexpr size_t max_target_size = 8192;

constexpr std::ptrdiff_t max_fields = 100;

/// Fields that a request is judged by, of which only one would count. Whatever passed it on may
/// have taken the other one.
struct single_field {
  field name;
  std::string_view fault;
};

constexpr single_field single_fields[] = {
  {field::authorization, "'Authorization' can only stand there once"},
  {field::content_type, "'Content-Type' can only stand there once"},
  {field::content_encoding, "'Content-Encoding' can only stand there once"},
  {field::if_match, "'If-Match' can only stand there once"},
};

constexpr std::string_view repeated_key = "'Idempotency-Key' can only stand there once";

method method_of(verb x) {
  switch (x) {
  case verb::get: return method::get;
  // The session leaves the body of the answer out.
  case verb::head: return method::get;
  case verb::post: return method::post;
  case verb::put: return method::put;
  case verb::patch: return method::patch;
  case verb::delete_: return method::remove;
  default: return method::other;
  }
}

/// A field that routes look at, and where it goes.
struct taken_field {
  std::string_view name;
  std::optional<std::string> request::*member;
};

constexpr taken_field taken_fields[] = {
  {"Authorization", &request::authorization},
  {"Content-Type", &request::content_type},
  {"Content-Encoding", &request::content_encoding},
  {"Idempotency-Key", &request::idempotency_key},
  {"If-Match", &request::if_match},
  {"If-None-Match", &request::if_none_match},
  {"Cookie", &request::cookie},
  {"X-CSRF-Token", &request::csrf_token},
  {"X-Mask-Sensitive", &request::mask_sensitive},
  {"X-Managed-By", &request::managed_by},
  {"Last-Event-ID", &request::last_event_id},
  {"Accept-Encoding", &request::accept_encoding},
};

/// How often each field stands in a header, of those that Beast has a name for. Looked up one by
/// one, as its tree is meant to be, they cost more than the rest of reading a request.
class field_counts {
public:
  explicit field_counts(const beast_request& header) {
    for (auto& x : header)
      ++counts_[static_cast<size_t>(x.name())];
  }

  uint8_t operator[](field x) const { return counts_[static_cast<size_t>(x)]; }

private:
  static_assert(max_fields <= UINT8_MAX);

  std::array<uint8_t, static_cast<size_t>(field::xref) + 1> counts_{};
};

} // namespace

std::optional<header_fault> find_header_fault(const beast_request& header, bool chunked) {
  using enum refusal;
  if (header.target().size() > max_target_size)
    return header_fault{target_too_long, "the request target is longer than 8192 bytes"};
  if (std::distance(header.begin(), header.end()) > max_fields)
    return header_fault{header_too_large, "there are more than 100 header fields"};
  auto malformed = [](std::string_view detail) { return header_fault{malformed_request, detail}; };
  field_counts counts{header};
  auto hosts = counts[field::host];
  // RFC 9112 §3.2 asks for this answer.
  if (hosts > 1 || (hosts == 0 && header.version() == 11))
    return malformed("exactly one 'Host' is needed");
  // Beast takes lengths that agree for one; what passed them on may count differently.
  if (counts[field::content_length] > 1
      || header[field::content_length].find(',') != beast::string_view::npos)
    return malformed("'Content-Length' can only stand there once");
  // A body in a coding that is not understood has no end that both sides agree on.
  auto has_coding = counts[field::transfer_encoding] > 0;
  if (has_coding && !(chunked && beast::iequals(header[field::transfer_encoding], "chunked")))
    return malformed("'Transfer-Encoding' can only be 'chunked'");
  // HTTP/1.0 knows no chunks: whoever passed this on may not have understood them.
  if (has_coding && header.version() == 10)
    return malformed("'Transfer-Encoding' needs HTTP/1.1");
  if (counts[field::expect] > 0 && !beast::iequals(header[field::expect], "100-continue"))
    return malformed("'Expect' can only be '100-continue'");
  for (auto& x : single_fields)
    if (counts[x.name] > 1)
      return malformed(x.fault);
  if (header.count("Idempotency-Key") > 1)
    return malformed(repeated_key);
  return std::nullopt;
}

bool has_folded_line(std::string_view text) {
  // The empty line that ends the header: what follows belongs to the next request.
  if (text.starts_with("\r\n"))
    return false;
  text = text.substr(0, text.find("\r\n\r\n"));
  for (auto at = text.find("\r\n"); at != text.npos; at = text.find("\r\n", at + 2))
    if (at + 2 < text.size() && (text[at + 2] == ' ' || text[at + 2] == '\t'))
      return true;
  return false;
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
  for (auto& field : x) {
    auto taken = std::find_if(std::begin(taken_fields), std::end(taken_fields), [&](auto& each) {
      return beast::iequals(each.name, field.name_string());
    });
    // Of several the first counts.
    if (taken != std::end(taken_fields) && !(result.*taken->member))
      result.*taken->member = std::string{field.value()};
  }
  result.body = std::move(x.body());
  return result;
}

} // namespace tocsin::http
