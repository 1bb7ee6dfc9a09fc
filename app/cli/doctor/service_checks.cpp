#include "app/cli/doctor/checks.hpp"
#include "app/cli/json_text.hpp"
#include "messages/text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <array>

namespace tocsin::cli {

namespace {

/// A request that tells by its status whether the token has a scope, and what the checks lack
/// without it.
struct probe {
  const char* scope;
  http_request request;
  const char* lacks;
};

const std::array<probe, 5>& probes() {
  static const std::array<probe, 5> result{
    {{"read", {"GET", "/event-types", {}, {}}, "channels, admins and dead letters"},
     {"read:sensitive", {"GET", "/deliveries?limit=1&text=x", {}, {}}, nullptr},
     {"write", {"POST", "/channels/preview", "{}", {}}, nullptr},
     {"events:write", {"POST", "/events", "[]", {}}, nullptr},
     {"stats",
      {"GET", "/stats/actors", {}, {}},
      "the version, breakers, parked channels and the CAF door"}}};
  return result;
}

/// The reason that a problem document gives, behind a colon; empty where it gives none.
std::string reason_of(const http_reply& reply) {
  boost::json::error_code error;
  auto problem = boost::json::parse(reply.body, error);
  if (error || !member(problem, "detail").is_string())
    return {};
  return ": " + clean_line(cell(problem, "detail"));
}

} // namespace

bool check_service(session& on, findings& found) {
  auto asked_at = system_wall_clock()();
  auto reply = on.exchange({"GET", "/readyz", {}, {}, ""});
  auto now = system_wall_clock()();
  if (!reply) {
    found.push_back({grade::fail, "service", reply.error().detail,
                     "is tocsind running, and is --url right? For https, --ca-file names the "
                     "authorities to trust"});
    return false;
  }
  if (reply->status == 200)
    found.push_back({grade::ok, "service", "answers at " + on.base_url() + " and accepts events"});
  else if (reply->status == 503)
    found.push_back({grade::fail, "service",
                     "answers, but accepts no new events" + reason_of(*reply),
                     "its log says more; if the storage is the problem, check the disk"});
  else
    found.push_back(
      {grade::fail, "service",
       fmt::format("{} answers, but is not Tocsin (status {})", on.base_url(), reply->status),
       "is --url correct?"});
  if (reply->certificate_expires_at)
    found.push_back(judge_certificate("certificate", *reply->certificate_expires_at, now,
                                      "renew it; tocsind reloads it on SIGHUP"));
  if (reply->date) {
    // The answer was made somewhere between the two looks at the clock.
    auto middle = asked_at + (now - asked_at) / 2;
    found.push_back(
      judge_clock(std::chrono::duration_cast<std::chrono::seconds>(*reply->date - middle)));
  }
  return reply->status == 200 || reply->status == 503;
}

token_scopes check_token(session& on, findings& found) {
  token_scopes result;
  std::string held;
  std::string lacks;
  for (const auto& x : probes()) {
    auto reply = on.exchange(x.request);
    if (reply && reply->status == 401) {
      found.push_back({grade::fail, "token", "it is missing, unknown, expired or revoked",
                       "create one with 'tocsin token create' and pass it with --token or "
                       "'tocsin context set'"});
      return {};
    }
    bool has = reply && reply->status != 403;
    if (has)
      held += fmt::format("{}{}", held.empty() ? "" : ", ", x.scope);
    else if (x.lacks != nullptr)
      lacks += fmt::format("{}{}", lacks.empty() ? "" : "; ", x.lacks);
    if (x.scope == std::string_view{"read"})
      result.read = has;
    if (x.scope == std::string_view{"stats"})
      result.stats = has;
  }
  auto detail = held.empty() ? "has no scope" : "has the scopes " + held;
  if (lacks.empty())
    found.push_back({grade::ok, "token", detail});
  else
    found.push_back({grade::warn, "token", detail + "; not checked: " + lacks,
                     "run it again with a token that has the scopes read and stats"});
  return result;
}

} // namespace tocsin::cli
