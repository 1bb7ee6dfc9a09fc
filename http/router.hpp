#pragma once

#include "http/routes/route.hpp"
#include "http/token_cache.hpp"

#include <string>
#include <vector>

namespace tocsin::http {

/// Everything the API can do, below `/api/v1`. Paths with fixed names come before those that take
/// anything in their place.
std::vector<route> api_routes();

/// Finds the route for each request and the token it comes with, and lets the route answer. Each
/// I/O thread has its own; all of it happens on that thread.
class router final : public request_handler {
public:
  /// `questions` and `door` outlive the router. A Send Test may take `send_test_timeout`.
  router(backend actors, asker& questions, admission& door,
         std::chrono::milliseconds send_test_timeout);

  void handle(request x, responder reply) override;

private:
  struct entry {
    route value;
    std::vector<std::string> pattern;
  };

  /// Answers what stands outside `/api/v1` and needs no token; false if `c` is about something
  /// else.
  bool answer_openly(call& c);
  void answer_health(call c);
  const entry* choose(call& c);
  void authenticate(const route& chosen, call c);
  void admit(const route& chosen, const token& who, call c);

  backend actors_;
  route_context context_;
  token_cache tokens_;
  std::vector<entry> entries_;
};

} // namespace tocsin::http
