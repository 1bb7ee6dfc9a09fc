#include "http/request_parser.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <iterator>

namespace tocsin::http {

namespace {

namespace beast = boost::beast;

using beast::iequals;
using beast::http::field;
using beast::http::verb;

constexpr size_t max_request_id_size = 128;

/// RFC 9110 §4.1 asks for 8,000 at least.
constexpr size_t max_target_size = 8192;

constexpr size_t max_fields = 100;

method method_of(verb x) {
  switch (x) {
  case verb::get: return method::get;
  // The connection leaves the body of the answer out.
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
  /// `unknown` where Beast has no number for it.
  field kind;
  std::string_view name;
  std::optional<std::string> request::*member;
  /// Why a second one is refused: whatever passed the request on may have judged it by the other.
  /// Empty where the first simply counts.
  std::string_view repeated = {};
};

constexpr taken_field taken_fields[] = {
  {field::authorization, "Authorization", &request::authorization,
   "'Authorization' must appear only once"},
  {field::content_type, "Content-Type", &request::content_type,
   "'Content-Type' must appear only once"},
  {field::content_encoding, "Content-Encoding", &request::content_encoding,
   "'Content-Encoding' must appear only once"},
  {field::unknown, "Idempotency-Key", &request::idempotency_key,
   "'Idempotency-Key' must appear only once"},
  {field::if_match, "If-Match", &request::if_match, "'If-Match' must appear only once"},
  {field::if_none_match, "If-None-Match", &request::if_none_match},
  {field::cookie, "Cookie", &request::cookie},
  {field::unknown, "X-CSRF-Token", &request::csrf_token},
  {field::unknown, "X-Mask-Sensitive", &request::mask_sensitive},
  {field::unknown, "X-Managed-By", &request::managed_by},
  {field::unknown, "Last-Event-ID", &request::last_event_id},
  {field::accept_encoding, "Accept-Encoding", &request::accept_encoding},
};

/// nullptr if no route looks at it.
const taken_field* find_taken(field kind, beast::string_view name) {
  auto is_it = [&](const taken_field& x) {
    return x.kind == kind && (kind != field::unknown || iequals(x.name, name));
  };
  auto found = std::find_if(std::begin(taken_fields), std::end(taken_fields), is_it);
  return found == std::end(taken_fields) ? nullptr : found;
}

bool may_stand_in_logs(beast::string_view id) {
  auto is_sane = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.'
           || c == '_' || c == '-';
  };
  return id.size() <= max_request_id_size && std::all_of(id.begin(), id.end(), is_sane);
}

} // namespace

request_parser::request_parser(size_t max_header_bytes, size_t max_body_bytes)
  : max_body_bytes_(max_body_bytes) {
  header_limit(static_cast<uint32_t>(max_header_bytes));
  body_limit(max_body_bytes);
}

void request_parser::on_request_impl(verb method, text, text target, int version, error_code&) {
  request_.verb = method_of(method);
  request_.target.assign(target.data(), target.size());
  version_ = version;
  is_head_ = method == verb::head;
}

void request_parser::on_field_impl(field kind, text name, text value, error_code&) {
  // What comes behind the body is not to count as a header (RFC 9110 §6.5.1).
  if (is_header_done())
    return;
  ++fields_;
  switch (kind) {
  case field::host: ++hosts_; return;
  case field::content_length:
    ++lengths_;
    is_length_a_list_ = is_length_a_list_ || value.find(',') != value.npos;
    return;
  case field::transfer_encoding:
    ++codings_;
    is_coding_chunked_ = iequals(value, "chunked");
    return;
  case field::expect:
    (iequals(value, "100-continue") ? expects_continue_ : expects_else_) = true;
    return;
  default: take(kind, name, value);
  }
}

void request_parser::take(field kind, text name, text value) {
  if (auto* taken = find_taken(kind, name)) {
    auto& member = request_.*taken->member;
    if (!member)
      member.emplace(value.data(), value.size());
    else if (repeated_.empty())
      repeated_ = taken->repeated;
  } else if (kind == field::unknown && iequals(name, "X-Request-Id")) {
    if (request_id_.empty() && may_stand_in_logs(value))
      request_id_.assign(value.data(), value.size());
  }
}

void request_parser::on_body_init_impl(const length& size, error_code&) {
  if (size)
    request_.body.reserve(static_cast<size_t>(*size));
}

std::size_t request_parser::on_body_impl(text bytes, error_code& ec) {
  // Beast knows the limit that held when the body began.
  if (request_.body.size() + bytes.size() > max_body_bytes_) {
    ec = beast::http::error::body_limit;
    return 0;
  }
  request_.body.append(bytes.data(), bytes.size());
  return bytes.size();
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, text bytes, error_code& ec) {
  return on_body_impl(bytes, ec);
}

std::optional<header_fault> request_parser::find_fault() const {
  using enum refusal;
  auto malformed = [](std::string_view detail) {
    return header_fault{malformed_request, std::string{detail}};
  };
  if (request_.target.size() > max_target_size)
    return header_fault{target_too_long, "the request target is longer than 8192 bytes"};
  if (fields_ > max_fields)
    return header_fault{header_too_large, "there are more than 100 header fields"};
  // RFC 9112 §3.2 asks for this answer.
  if (hosts_ > 1 || (hosts_ == 0 && version_ == 11))
    return malformed("exactly one 'Host' is required");
  // Beast takes lengths that agree for one; what passed them on may count differently.
  if (lengths_ > 1 || is_length_a_list_)
    return malformed("'Content-Length' must appear only once");
  // A body in a coding that is not understood has no end that both sides agree on.
  if (codings_ > 1 || (codings_ == 1 && !(chunked() && is_coding_chunked_)))
    return malformed("'Transfer-Encoding' can only be 'chunked'");
  // HTTP/1.0 knows no chunks: whoever passed this on may not have understood them.
  if (codings_ > 0 && version_ == 10)
    return malformed("'Transfer-Encoding' needs HTTP/1.1");
  if (expects_else_)
    return malformed("'Expect' can only be '100-continue'");
  if (!repeated_.empty())
    return malformed(repeated_);
  return std::nullopt;
}

request request_parser::release_head() {
  auto begun = std::exchange(request_.body, {});
  auto result = std::exchange(request_, {});
  request_.body = std::move(begun);
  result.lacks_body = true;
  return result;
}

bool request_parser::expects_continue() const {
  return version_ == 11 && expects_continue_;
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

std::vector<std::string_view> taken_field_names() {
  std::vector<std::string_view> result;
  for (auto& x : taken_fields)
    result.push_back(x.name);
  return result;
}

} // namespace tocsin::http
