#include "http/problem.hpp"

#include "http/json/json_writer.hpp"
#include "messages/field_errors.hpp"
#include "messages/text.hpp"

#include <algorithm>
#include <span>

namespace tocsin::http {

namespace {

struct kind_of_problem {
  unsigned status;
  std::string_view code;
  std::string_view title;
};

unsigned status_of(errc code) {
  switch (code) {
  case errc::invalid_argument: return 422;
  case errc::unknown_event_type: return 422;
  case errc::not_found: return 404;
  case errc::already_exists: return 409;
  case errc::revision_mismatch: return 412;
  case errc::idempotency_conflict: return 409;
  case errc::unauthorized: return 401;
  case errc::forbidden: return 403;
  case errc::overloaded: return 429;
  case errc::shutting_down: return 503;
  case errc::storage_full: return 507;
  case errc::storage_io: return 500;
  case errc::storage_corrupt: return 500;
  case errc::storage_too_new: return 500;
  case errc::bad_key: return 500;
  case errc::unavailable: return 503;
  case errc::internal_error: return 500;
  case errc::conflict: return 409;
  case errc::in_flight: return 409;
  case errc::managed: return 409;
  }
  return 500;
}

kind_of_problem kind_of(refusal x) {
  switch (x) {
  case refusal::malformed_json: return {400, "malformed_json", "The body is not JSON."};
  case refusal::malformed_request: return {400, "malformed_request", "The request cannot be read."};
  case refusal::unknown_path: return {404, "not_found", "There is no such path."};
  case refusal::method_not_allowed:
    return {405, "method_not_allowed", "The path does not support this method."};
  case refusal::body_too_large: return {413, "body_too_large", "The body is too large."};
  case refusal::unsupported_media_type:
    return {415, "unsupported_media_type", "The body must be JSON."};
  case refusal::request_timeout:
    return {408, "request_timeout", "The request took too long to arrive."};
  case refusal::target_too_long: return {414, "target_too_long", "The path is too long."};
  case refusal::header_too_large: return {431, "header_too_large", "The header is too large."};
  case refusal::too_many_connections:
    return {503, "too_many_connections", "Too many connections are open."};
  case refusal::rate_limited: return {429, "rate_limited", "Too many requests."};
  }
  return {500, "unknown", "An unknown failure."};
}

response document(const kind_of_problem& kind, std::string_view detail,
                  const std::vector<field_error>& errors) {
  json_writer out;
  // What is wrong may be quoted from the request, which need not be UTF-8.
  out.begin_object()
    .member("type", "about:blank")
    .member("title", kind.title)
    .member("status", kind.status)
    .member("code", kind.code)
    .member("detail", clean_text(std::string{detail}));
  if (!errors.empty()) {
    out.key("errors").begin_array();
    for (auto& x : std::span{errors}.first(std::min(errors.size(), max_field_errors)))
      out.begin_object()
        .member("pointer", clean_text(x.pointer))
        .member("code", x.code)
        .member("detail", clean_text(x.detail))
        .end_object();
    out.end_array();
  }
  out.end_object();
  return {kind.status, problem_type, {}, out.take()};
}

/// Seconds after which it makes sense to try again.
std::string_view retry_after(errc code) {
  switch (code) {
  case errc::overloaded: return "1";
  case errc::unavailable: return "1";
  // About as long as a restart of the service takes.
  case errc::shutting_down: return "5";
  default: return {};
  }
}

} // namespace

response problem(const failure& x) {
  if (x.fields.size() == 1 && x.fields.front().code == kind_of(refusal::malformed_json).code)
    return problem(refusal::malformed_json, x.detail);
  auto result
    = document({status_of(x.code), to_string(x.code), describe(x.code)}, x.detail, x.fields);
  if (x.code == errc::unauthorized)
    result.headers.push_back({"WWW-Authenticate", "Bearer"});
  if (auto seconds = retry_after(x.code); !seconds.empty())
    result.headers.push_back({"Retry-After", std::string{seconds}});
  return result;
}

response problem(refusal kind, std::string_view detail) {
  auto result = document(kind_of(kind), detail, {});
  if (kind == refusal::too_many_connections)
    result.headers.push_back({"Retry-After", "1"});
  return result;
}

} // namespace tocsin::http
