#include "http/router.hpp"

#include "http/credentials.hpp"
#include "http/openapi.hpp"
#include "http/panel_pages.hpp"
#include "http/readiness.hpp"
#include "http/routes/conditions.hpp"
#include "http/time_left.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tocsin::http {

namespace {

/// Of a name and a password, which a stranger may send.
constexpr size_t max_sign_in_bytes = 16 * 1024;

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

/// The API is served below `/portal` as well: there only the portal's own session counts.
void leave_portal_path(call& c) {
  auto& path = c.where.path;
  if (path.size() < 2 || path[0] != "portal" || path[1] != "api")
    return;
  path.erase(path.begin());
  c.is_in_portal = true;
}

/// As `Allow` lists it: where GET is supported, so is HEAD.
std::string allowed_name(method x) {
  return x == method::get ? "GET, HEAD" : std::string{to_string(x)};
}

response no_such_path() {
  return problem(refusal::unknown_path, "there is no such path");
}

response method_not_allowed(const std::string& allowed) {
  auto result = problem(refusal::method_not_allowed, "this path supports " + allowed);
  result.headers.push_back({"Allow", allowed});
  return result;
}

} // namespace

std::vector<route> api_routes() {
  std::vector<route> result;
  for (auto routes : {event_routes, event_type_routes, channel_routes, trigger_routes,
                      recipient_routes, preference_routes, stream_routes, delivery_routes,
                      pause_routes, dead_letter_routes, token_routes, session_routes, portal_routes,
                      audit_routes, configuration_routes, stats_routes, metrics_routes}) {
    auto more = routes();
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

router::router(backend actors, asker& questions, admission& door, stream_desk& streams,
               caller_limits& limits, const response_counts& responses,
               std::chrono::milliseconds send_test_timeout)
  : actors_(std::move(actors)),
    limits_(limits),
    context_{actors_, questions, door, streams, responses, send_test_timeout},
    tokens_(actors_.epoch),
    sessions_(actors_.epoch) {
  for (auto& x : api_routes())
    entries_.push_back({x, split(x.path())});
}

void router::handle(request x, responder reply) {
  auto where = parse_target(x.target);
  if (!where)
    return reply.send(problem(refusal::malformed_request, "the path cannot be read"));
  call c{std::move(x), std::move(*where), {}, std::move(reply)};
  leave_portal_path(c);
  if (answer_openly(c))
    return;
  if (auto chosen = choose(c))
    authenticate(chosen->value, std::move(c));
}

bool router::answer_openly(call& c) {
  if (auto page = answer_panel(c.message, c.where, actors_.portal_ancestors)) {
    c.send(std::move(*page));
    return true;
  }
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
  auto fault = find_unreadiness(actors_, context_.door);
  if (fault && is_path(c.where, "readyz"))
    return c.fail(*fault);
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
    c.send(no_such_path());
  else
    c.send(method_not_allowed(allowed));
  return nullptr;
}

void router::authenticate(const route& chosen, call&& c) {
  if (chosen.about == subject::sign_in)
    return receive(chosen, std::move(c));
  auto& header = c.message.authorization;
  if (auto text = header ? bearer_token(*header) : std::nullopt)
    return authenticate_token(chosen, std::move(c), *text);
  auto& cookies = c.message.cookie;
  if (auto secret = cookies && !header ? cookie_value(*cookies, c.cookie().name) : std::nullopt)
    return authenticate_session(chosen, std::move(c), *secret);
  c.fail(fail(errc::unauthorized, "'Authorization: Bearer TOKEN' is missing"));
}

void router::authenticate_token(const route& chosen, call&& c, std::string_view text) {
  look_up<token>(chosen, std::move(c), find_token{sha256(text)}, tokens_, actors_.tokens);
}

void router::authenticate_session(const route& chosen, call&& c, std::string_view secret) {
  auto is_safe = c.message.verb == method::get;
  if (!is_safe
      && !equals_in_constant_time(c.message.csrf_token.value_or(""), csrf_token_of(secret)))
    return c.fail(fail(errc::forbidden, "'X-CSRF-Token' is missing or not the session's"));
  look_up<session>(chosen, std::move(c), find_session{sha256(secret)}, sessions_, actors_.sessions);
}

template <class Found, class Find, class Handle>
void router::look_up(const route& chosen, call&& c, const Find& find, access_cache& known,
                     const Handle& registry) {
  c.by = known.find(find.digest, access_cache::clock::now());
  if (c.by)
    return receive(chosen, std::move(c));
  auto conclude = [this, &chosen, &known, c = std::move(c),
                   epoch = known.epoch()](expected<Found> found) mutable {
    if (!found)
      return c.fail(found.error());
    c.by = make_caller(*found);
    known.put(found->digest, c.by, epoch, access_cache::clock::now(),
              time_left(found->expires_at, access_cache::lifetime));
    receive(chosen, std::move(c));
  };
  context_.questions.ask<Found>(registry, find, std::move(conclude));
}

void router::receive(const route& chosen, call&& c) {
  if (!c.message.lacks_body)
    return admit(chosen, std::move(c));
  auto waiting = std::make_shared<call>(std::move(c));
  auto epoch = tokens_.epoch();
  auto limit
    = chosen.about == subject::sign_in ? max_sign_in_bytes : std::numeric_limits<size_t>::max();
  waiting->reply.read_body(limit, [this, &chosen, waiting, epoch](std::string body) {
    waiting->message.body = std::move(body);
    waiting->message.lacks_body = false;
    // A body takes its time; who has lost access by its end is refused.
    if (tokens_.epoch() == epoch)
      admit(chosen, std::move(*waiting));
    else
      authenticate(chosen, std::move(*waiting));
  });
}

void router::admit(const route& chosen, call&& c) {
  if (chosen.about == subject::sign_in)
    return run(chosen, std::move(c));
  if (!is_within_limit(chosen, c))
    return;
  // What is for the panel alone is not there for a customer, whatever its scope.
  if (c.by->confined_to && chosen.about == subject::panel)
    return c.send(no_such_path());
  if (!c.by->allows(chosen.scope))
    return c.fail(fail(errc::forbidden,
                       fmt::format("the token lacks the scope '{}'", to_string(chosen.scope))));
  run(chosen, std::move(c));
}

/// Counts the request against its caller's rate limit, and tells the caller what is left; answers
/// itself if nothing is.
bool router::is_within_limit(const route& chosen, call& c) {
  auto sends = chosen.scope == token_scope::events_write;
  auto standing = (sends ? limits_.submissions : limits_.requests).take(c.by->digest);
  if (!standing)
    return true;
  c.reply.add({"RateLimit-Limit", std::to_string(standing->limit)});
  c.reply.add({"RateLimit-Remaining", std::to_string(standing->left)});
  c.reply.add({"RateLimit-Reset", std::to_string(standing->reset.count())});
  if (standing->may_go_on)
    return true;
  auto refused = problem(refusal::rate_limited, "rate limit exceeded for this token or session");
  refused.headers.push_back({"Retry-After", std::to_string(standing->retry_after.count())});
  c.send(std::move(refused));
  return false;
}

void router::run(const route& chosen, call&& c) {
  if (auto fault = find_parameter_fault(c.where, chosen.parameters))
    return c.fail(*fault);
  if (auto fault = find_body_fault(c.message))
    return c.send(problem(refusal::unsupported_media_type, *fault));
  if (c.by && c.by->confined_to)
    return run_confined(chosen, std::move(c));
  auto managing = read_management(c.message);
  if (!managing)
    return c.fail(managing.error());
  c.managing = std::move(*managing);
  chosen.run(context_, std::move(c));
}

/// Gives a customer what is its own; for everything else the answer is that it does not exist.
void router::run_confined(const route& chosen, call&& c) {
  auto own = to_string(*c.by->confined_to);
  switch (chosen.about) {
  case subject::channel_in_path: return run_on_own_channel(chosen, std::move(c));
  case subject::customer_in_path:
    if (c.captures.front() != c.by->confined_to->name)
      return c.fail(no_such("recipient"));
    break;
  case subject::owner_in_query:
    if (auto named = c.parameter("owner"); !named)
      c.where.query.emplace_back("owner", own);
    else if (*named != own)
      return c.fail(no_such("recipient"));
    break;
  // `admit` has said so already; should it ever not, nothing is shown.
  case subject::panel: return c.send(no_such_path());
  // These routes themselves keep a customer to what is its own, or show what is nobody's.
  case subject::sign_in:
  case subject::anybody:
  case subject::owner_in_body:
  case subject::own_history: break;
  }
  chosen.run(context_, std::move(c));
}

void router::run_on_own_channel(const route& chosen, call&& c) {
  auto id = channel_id::parse(c.captures.front());
  if (!id)
    return c.fail(no_such("channel"));
  context_.questions.ask<channel_view>(
    actors_.channels, find_channel{*id},
    [this, &chosen, id = *id, c = std::move(c)](expected<channel_view> found) mutable {
      if (found && found->value.owner == *c.by->confined_to)
        return chosen.run(context_, std::move(c));
      // In the words in which the registry says it of one that is not there.
      if (found)
        return c.fail(fail(errc::not_found, "there is no channel " + to_string(id)));
      c.fail(found.error());
    });
}

} // namespace tocsin::http
