#include "tests/support/standin/provider_desk.hpp"

#include "tests/support/standin/discord_rules.hpp"
#include "tests/support/standin/opsgenie_rules.hpp"
#include "tests/support/standin/pagerduty_rules.hpp"
#include "tests/support/standin/slack_rules.hpp"
#include "tests/support/standin/telegram_rules.hpp"

namespace tocsin::standin {

namespace {

provider owner_of(std::string_view path) {
  if (path.starts_with("/slack/"))
    return provider::slack;
  if (path.starts_with("/discord/"))
    return provider::discord;
  if (path.starts_with("/telegram/"))
    return provider::telegram;
  if (path.starts_with("/pagerduty/"))
    return provider::pagerduty;
  if (path.starts_with("/opsgenie/"))
    return provider::opsgenie;
  return path.starts_with("/webhook/") ? provider::webhook : provider::unknown;
}

std::string endpoint_name(provider whose, const request& req) {
  auto& path = req.path;
  switch (whose) {
  case provider::slack: return slack_endpoint_name(path);
  case provider::discord: return discord_endpoint_name(path);
  case provider::telegram: return telegram_endpoint_name(path);
  case provider::webhook: return webhook_endpoint_name(path);
  case provider::pagerduty: return pagerduty_endpoint_name(req.body);
  default: return {};
  }
}

} // namespace

http_outcome provider_desk::receive(request req) {
  auto whose = owner_of(req.path);
  auto name = endpoint_name(whose, req);
  if (whose != provider::unknown) {
    if (auto script = scripts_.take(to_string(whose), name, req.body))
      return follow(*script, whose, name, std::move(req));
  }
  auto decision = judge(whose, name, req);
  return conclude(std::move(decision), whose, name, std::move(req));
}

http_outcome provider_desk::follow(const scripted_reply& script, provider whose,
                                   const std::string& name, request req) {
  http_outcome scripted{
    script.action, {script.status, script.headers, script.body}, script.body_bytes, script.delay};
  if (script.action != script_action::answer)
    scripted.answer = {0, {}, {}};
  if (script.action == script_action::proceed || script.accept_first) {
    auto decision = judge(whose, name, req);
    if (decision.accepted && script.accept_first) {
      write_down(ruling::accepted, whose, name, std::move(req), scripted.answer, {}, true);
      return scripted;
    }
    auto outcome = conclude(std::move(decision), whose, name, std::move(req));
    outcome.delay = script.delay;
    return outcome;
  }
  write_down(ruling::refused, whose, name, std::move(req), scripted.answer,
             "scripted: " + std::string{to_string(script.action)}, true);
  return scripted;
}

http_outcome provider_desk::conclude(verdict decision, provider whose, const std::string& name,
                                     request req) {
  write_down(decision.accepted ? ruling::accepted : ruling::refused, whose, name, std::move(req),
             decision.answer, std::move(decision.reason), false);
  return {script_action::answer, std::move(decision.answer), 0, {}};
}

verdict provider_desk::judge(provider whose, const std::string& name, const request& req) {
  auto rate = check_rate(whose, name, req);
  if (rate.refusal)
    return {false, std::move(*rate.refusal), "over the rate limit"};
  auto decision = apply_rules(whose, name, req);
  auto& headers = decision.answer.headers;
  headers.insert(headers.end(), rate.headers.begin(), rate.headers.end());
  return decision;
}

limit_answer provider_desk::check_rate(provider whose, const std::string& name,
                                       const request& req) {
  std::lock_guard guard{mutex_};
  if (!limited_[static_cast<std::size_t>(whose)])
    return {};
  auto now = token_bucket::time_point::clock::now();
  switch (whose) {
  case provider::slack: return limits_.slack(name, now);
  case provider::discord: return limits_.discord(name, now);
  case provider::telegram: return limits_.telegram(name, telegram_chat_of(req.body), now);
  default: return {};
  }
}

verdict provider_desk::apply_rules(provider whose, const std::string& name, const request& req) {
  sighting seen{0, std::chrono::system_clock::now()};
  webhook_terms terms;
  {
    std::lock_guard guard{mutex_};
    seen.serial = ++serial_;
    terms.json_object = json_object_;
    if (auto i = secrets_.find(name); whose == provider::webhook && i != secrets_.end())
      terms.secrets = i->second;
  }
  switch (whose) {
  case provider::slack: return check_slack(req);
  case provider::discord: return check_discord(req, seen);
  case provider::telegram: return check_telegram(req, seen);
  case provider::webhook: return check_webhook(req, terms, seen);
  case provider::pagerduty: return check_pagerduty(req);
  case provider::opsgenie: return check_opsgenie(req, seen);
  default:
    return {false, make_reply(404, "text/plain", "not found"), "the path belongs to no provider"};
  }
}

void provider_desk::write_down(ruling how, provider whose, const std::string& name, request req,
                               const reply& answer, std::string reason, bool scripted) {
  record entry;
  entry.from = whose;
  entry.name = name;
  entry.target = std::move(req.path);
  if (!req.query.empty())
    entry.target.append("?").append(req.query);
  entry.method = std::move(req.method);
  entry.tls = req.tls;
  entry.received_at = std::chrono::system_clock::now();
  entry.headers = std::move(req.headers);
  entry.body = std::move(req.body);
  entry.status = answer.status;
  entry.reply = answer.body;
  entry.reason = std::move(reason);
  entry.scripted = scripted;
  records_.add(how, std::move(entry));
}

void provider_desk::limit(provider whose, bool on) {
  std::lock_guard guard{mutex_};
  limited_[static_cast<std::size_t>(whose)] = on;
  limits_.clear();
}

void provider_desk::set_webhook_secrets(const std::string& name, std::vector<std::string> secrets) {
  std::lock_guard guard{mutex_};
  secrets_[name] = std::move(secrets);
}

void provider_desk::expect_json_object(bool on) {
  std::lock_guard guard{mutex_};
  json_object_ = on;
}

void provider_desk::clear() {
  std::lock_guard guard{mutex_};
  limits_.clear();
}

} // namespace tocsin::standin
