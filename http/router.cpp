#include "http/router.hpp"

#include "http/openapi.hpp"
#include "http/routes/conditions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace tocsin::http {

namespace {

constexpr std::string_view base_path = "/api/v1";

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> result;
  while (!path.empty()) {
    path.remove_prefix(1);
    auto end = std::min(path.find('/'), path.size());
    result.emplace_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return result;
}

bool is_capture(std::string_view segment) {
  return segment.starts_with('{');
}

bool matches(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  return std::equal(pattern.begin(), pattern.end(), path.begin(), path.end(),
                    [](auto& wanted, auto& got) { return wanted == got || is_capture(wanted); });
}

bool is_path(const target& x, std::string_view segment) {
  return x.path.size() == 1 && x.path.front() == segment;
}

/// As `Allow` lists it: where GET is served, so is HEAD.
std::string allowed_name(method x) {
  return x == method::get ? "GET, HEAD" : std::string{to_string(x)};
}

response method_not_allowed(const std::string& allowed) {
  auto result = problem(refusal::method_not_allowed, "the path takes " + allowed);
  result.headers.push_back({"Allow", allowed});
  return result;
}

} // namespace

std::vector<route> api_routes() {
  std::vector<route> result;
  for (auto routes : {event_routes, channel_routes, trigger_routes, recipient_routes,
                      preference_routes, delivery_routes, dead_letter_routes, stats_routes}) {
    auto more = routes();
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

router::router(backend actors, asker& questions, admission& door,
               std::chrono::milliseconds send_test_timeout)
  : actors_(std::move(actors)), context_{actors_, questions, door, send_test_timeout} {
  for (auto& x : api_routes())
    entries_.push_back({x, split(std::string{base_path} + std::string{x.pattern})});
}

void router::handle(request x, responder reply) {
  auto where = parse_target(x.target);
  if (!where)
    return reply.send(problem(refusal::malformed_request, "the path cannot be read"));
  call c{std::move(x), std::move(*where), {}, std::move(reply)};
  if (answer_openly(c))
    return;
  if (auto chosen = choose(c))
    authenticate(chosen->value, std::move(c));
}

bool router::answer_openly(call& c) {
  auto is_description = is_path(c.where, "openapi.json");
  if (!is_description && !is_path(c.where, "healthz") && !is_path(c.where, "readyz"))
    return false;
  if (c.message.verb != method::get)
    c.send(method_not_allowed(allowed_name(method::get)));
  else if (is_description)
    c.send(answer_openapi(c.message));
  else
    answer_health(std::move(c));
  return true;
}

void router::answer_health(call c) {
  if (is_path(c.where, "readyz") && context_.door.is_closed())
    return c.fail(fail(errc::shutting_down, "no new events are taken"));
  if (is_path(c.where, "readyz") && !*actors_.has_room)
    return c.fail(fail(errc::unavailable, "no new events are taken, as the storage is nearly full; "
                                          "deliveries go on"));
  c.send(ok(R"({"status":"ok"})"));
}

/// Finds the route and fills in the captures; answers itself and gives nullptr if there is none.
const router::entry* router::choose(call& c) {
  std::string allowed;
  for (auto& entry : entries_) {
    if (!matches(entry.pattern, c.where.path))
      continue;
    if (entry.value.verb == c.message.verb) {
      for (size_t i = 0; i < entry.pattern.size(); ++i)
        if (is_capture(entry.pattern[i]))
          c.captures.push_back(c.where.path[i]);
      return &entry;
    }
    allowed += allowed.empty() ? "" : ", ";
    allowed += allowed_name(entry.value.verb);
  }
  if (allowed.empty())
    c.send(problem(refusal::unknown_path, "there is no such path"));
  else
    c.send(method_not_allowed(allowed));
  return nullptr;
}

void router::authenticate(const route& chosen, call c) {
  auto header = c.message.authorization.value_or(std::string{});
  auto text = bearer_token(header);
  if (!text)
    return c.fail(fail(errc::unauthorized, "'Authorization: Bearer TOKEN' is missing"));
  auto digest = sha256(*text);
  if (auto known = tokens_.find(digest, token_cache::clock::now()))
    return admit(chosen, *known, std::move(c));
  context_.questions.ask<token>(actors_.tokens, find_token{digest},
                                [this, &chosen, c = std::move(c)](expected<token> found) mutable {
                                  if (!found && found.error().code == errc::not_found)
                                    return c.fail(
                                      fail(errc::unauthorized, "the token is not known"));
                                  if (!found)
                                    return c.fail(found.error());
                                  tokens_.put(*found, token_cache::clock::now());
                                  admit(chosen, *found, std::move(c));
                                });
}

void router::admit(const route& chosen, const token& who, call c) {
  if (!who.allows(chosen.scope))
    return c.fail(fail(errc::forbidden,
                       fmt::format("the token lacks the scope '{}'", scope_name(chosen.scope))));
  if (auto fault = find_parameter_fault(c.where, chosen.parameters))
    return c.fail(*fault);
  if (auto fault = find_body_fault(c.message))
    return c.send(problem(refusal::unsupported_media_type, *fault));
  chosen.run(context_, std::move(c));
}

} // namespace tocsin::http
