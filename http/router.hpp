#pragma once

#include "http/access_cache.hpp"
#include "http/rate_limits.hpp"
#include "http/routes/route.hpp"

#include <string>
#include <vector>

namespace tocsin::http {

/// Everything that requires a token or a session: the API below `/api/v1`, and the metrics. Paths
/// with fixed names come before those with a variable in the same place.
std::vector<route> api_routes();

/// Finds the route for each request and who makes it, refuses what that caller may not do, and lets
/// the route answer. Each I/O thread has its own; all of it happens on that thread.
class router final : public request_handler {
public:
  /// `questions`, `door`, `streams`, `limits` and `responses`, which the metrics show, outlive the
  /// router. A Send Test may take `send_test_timeout`.
  router(backend actors, asker& questions, admission& door, stream_desk& streams,
         caller_limits& limits, const response_counts& responses,
         std::chrono::milliseconds send_test_timeout);

  void handle(request x, responder reply) override;

private:
  struct entry {
    route value;
    std::vector<std::string> pattern;
  };

  /// Answers what stands outside `/api/v1` and needs no token, the panel among it; false if `c` is
  /// about something else.
  bool answer_openly(call& c);
  void answer_health(call c);
  const entry* choose(call& c);
  void authenticate(const route& chosen, call&& c);
  void authenticate_token(const route& chosen, call&& c, std::string_view text);
  void authenticate_session(const route& chosen, call&& c, std::string_view secret);

  /// Finds who has the secret of this digest, in memory or else by asking the registry, and admits
  /// them.
  template <class Found, class Find, class Handle>
  void look_up(const route& chosen, call&& c, const Find& find, access_cache& known,
               const Handle& registry);

  /// Has the body read, if it is still to come, for whoever may call at all.
  void receive(const route& chosen, call&& c);
  void admit(const route& chosen, call&& c);
  bool is_within_limit(const route& chosen, call& c);
  void run(const route& chosen, call&& c);
  void run_confined(const route& chosen, call&& c);
  void run_on_own_channel(const route& chosen, call&& c);

  backend actors_;
  caller_limits& limits_;
  route_context context_;
  access_cache tokens_;
  access_cache sessions_;
  std::vector<entry> entries_;
};

} // namespace tocsin::http
