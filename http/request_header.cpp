#include "http/request_header.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace tocsin::http {

namespace {

namespace beast = boost::beast;

using beast::http::field;
using beast::http::verb;

constexpr size_t max_request_id_size = 128;

/// RFC 9110 §4.1 asks for 8,000 at least.
constexpr size_t max_target_size = 8192;

constexpr std::ptrdiff_t max_fields = 100;

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
  /// Why a second one is refused: whatever passed the request on may have judged it by the other.
  /// Empty where the first simply counts.
  std::string_view repeated = {};
};

constexpr taken_field taken_fields[] = {
  {"Authorization", &request::authorization, "'Authorization' can only stand there once"},
  {"Content-Type", &request::content_type, "'Content-Type' can only stand there once"},
  {"Content-Encoding", &request::content_encoding, "'Content-Encoding' can only stand there once"},
  {"Idempotency-Key", &request::idempotency_key, "'Idempotency-Key' can only stand there once"},
  {"If-Match", &request::if_match, "'If-Match' can only stand there once"},
  {"If-None-Match", &request::if_none_match},
  {"Cookie", &request::cookie},
  {"X-CSRF-Token", &request::csrf_token},
  {"X-Mask-Sensitive", &request::mask_sensitive},
  {"X-Managed-By", &request::managed_by},
  {"Last-Event-ID", &request::last_event_id},
  {"Accept-Encoding", &request::accept_encoding},
};

/// The one of that name, in letters of either case; nullptr if there is none.
const taken_field* find_taken(std::string_view name) {
  auto found = std::find_if(std::begin(taken_fields), std::end(taken_fields),
                            [&](auto& each) { return beast::iequals(each.name, name); });
  return found == std::end(taken_fields) ? nullptr : found;
}

/// How often the fields stand in a header that say where it goes and where its body ends. One pass
/// costs less than to look each up in Beast's tree.
struct framing_counts {
  size_t hosts = 0;
  size_t lengths = 0;
  size_t codings = 0;
  size_t expectations = 0;
};

framing_counts count_framing(const beast_request& header) {
  framing_counts result;
  for (auto& x : header)
    switch (x.name()) {
    case field::host: ++result.hosts; break;
    case field::content_length: ++result.lengths; break;
    case field::transfer_encoding: ++result.codings; break;
    case field::expect: ++result.expectations; break;
    default: break;
    }
  return result;
}

/// Why a field that stands there twice is refused; empty where none is.
std::string_view find_repeated(const beast_request& header) {
  std::array<bool, std::size(taken_fields)> seen{};
  for (auto& x : header) {
    auto* taken = find_taken(x.name_string());
    if (taken != nullptr && std::exchange(seen[static_cast<size_t>(taken - taken_fields)], true)
        && !taken->repeated.empty())
      return taken->repeated;
  }
  return {};
}

} // namespace

std::optional<header_fault> find_header_fault(const beast_request& header, bool chunked) {
  using enum refusal;
  if (header.target().size() > max_target_size)
    return header_fault{target_too_long, "the request target is longer than 8192 bytes"};
  if (std::distance(header.begin(), header.end()) > max_fields)
    return header_fault{header_too_large, "there are more than 100 header fields"};
  auto malformed = [](std::string_view detail) { return header_fault{malformed_request, detail}; };
  auto counts = count_framing(header);
  // RFC 9112 §3.2 asks for this answer.
  if (counts.hosts > 1 || (counts.hosts == 0 && header.version() == 11))
    return malformed("exactly one 'Host' is needed");
  // Beast takes lengths that agree for one; what passed them on may count differently.
  if (counts.lengths > 1 || header[field::content_length].find(',') != beast::string_view::npos)
    return malformed("'Content-Length' can only stand there once");
  // A body in a coding that is not understood has no end that both sides agree on.
  if (counts.codings > 0
      && !(chunked && beast::iequals(header[field::transfer_encoding], "chunked")))
    return malformed("'Transfer-Encoding' can only be 'chunked'");
  // HTTP/1.0 knows no chunks: whoever passed this on may not have understood them.
  if (counts.codings > 0 && header.version() == 10)
    return malformed("'Transfer-Encoding' needs HTTP/1.1");
  if (counts.expectations > 0 && !beast::iequals(header[field::expect], "100-continue"))
    return malformed("'Expect' can only be '100-continue'");
  if (auto fault = find_repeated(header); !fault.empty())
    return malformed(fault);
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

request take_header(const beast_request& x) {
  request result;
  result.verb = method_of(x.method());
  result.target = std::string{x.target()};
  for (auto& field : x) {
    auto* taken = find_taken(field.name_string());
    if (taken != nullptr && !(result.*taken->member))
      result.*taken->member = std::string{field.value()};
  }
  return result;
}

} // namespace tocsin::http
