#pragma once

#include "http/asker.hpp"
#include "http/backend.hpp"
#include "http/caller.hpp"
#include "http/credentials.hpp"
#include "http/management.hpp"
#include "http/problem.hpp"
#include "http/responder.hpp"
#include "http/response_counts.hpp"
#include "http/routes/subject.hpp"
#include "http/stream_desk.hpp"
#include "http/target.hpp"
#include "messages/admission.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::http {

/// A request that found its route, with the duty to answer it.
struct call {
  request message;
  target where;
  /// What stands in place of the `{…}` of the route's pattern.
  std::vector<std::string> captures;
  responder reply;
  /// Who makes it; nullptr only where the route is for signing in.
  caller_ptr by = nullptr;
  /// For which file it speaks; that of a customer in the portal speaks for none.
  management managing = {};
  /// Whether it came below `/portal`.
  bool is_in_portal = false;

  /// The cookie that carries its session, if there is one. Only before the call is answered.
  session_cookie cookie() const {
    return session_cookie_of(is_in_portal, reply.origin().is_reached_over_tls);
  }

  /// The name under which a change stands in the audit log. Only before the call is answered.
  author as_author() const {
    return {by->kind,         by->id,           by->name, reply.origin().request_id,
            managing.manager, managing.releases};
  }

  /// Whether the answer may say what events say and where deliveries go.
  bool shows_sensitive() const {
    return by->allows(token_scope::read_sensitive) && message.mask_sensitive != "true";
  }

  void send(response x) { reply.send(std::move(x)); }
  void fail(const failure& x) { reply.send(problem(x)); }

  /// The query parameter `name`; nothing if it is not there.
  std::optional<std::string_view> parameter(std::string_view name) const {
    for (auto& [key, value] : where.query)
      if (key == name)
        return value;
    return std::nullopt;
  }
};

/// What routes work with. It lives as long as its I/O thread.
struct route_context {
  const backend& actors;
  asker& questions;
  admission& door;
  stream_desk& streams;
  const response_counts& responses;
  std::chrono::milliseconds send_test_timeout;
};

/// One thing the API can do.
struct route {
  method verb;
  /// The path; `{…}` stands for any one segment.
  std::string_view pattern;
  /// What the caller must be allowed.
  token_scope scope;
  /// Whom it is for and whose things it is about.
  subject about;
  /// The query parameters it takes, separated by spaces.
  std::string_view parameters;
  void (*run)(route_context&, call);
  /// What stands before the pattern.
  std::string_view base = "/api/v1";

  std::string path() const { return std::string{base} + std::string{pattern}; }
};

std::vector<route> event_routes();
std::vector<route> event_type_routes();
std::vector<route> channel_routes();
std::vector<route> trigger_routes();
std::vector<route> recipient_routes();
std::vector<route> preference_routes();
std::vector<route> delivery_routes();
std::vector<route> stream_routes();
std::vector<route> pause_routes();
std::vector<route> dead_letter_routes();
std::vector<route> token_routes();
std::vector<route> session_routes();
std::vector<route> portal_routes();
std::vector<route> audit_routes();
std::vector<route> configuration_routes();
std::vector<route> stats_routes();
std::vector<route> metrics_routes();

/// Makes a continuation that answers `c` with what `encode` makes of the reply, or with the
/// problem document of the failure.
template <class Encode>
auto answer(call c, Encode encode) {
  return [c = std::move(c), encode = std::move(encode)](auto reply) mutable {
    if (!reply)
      return c.fail(reply.error());
    c.send(encode(*reply));
  };
}

/// The failure for an object whose id in the path cannot be one.
inline failure no_such(std::string_view what) {
  return fail(errc::not_found, "there is no such " + std::string{what});
}

} // namespace tocsin::http
