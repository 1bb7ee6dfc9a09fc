#include "channels/webhook.hpp"

#include "channels/retry_after.hpp"
#include "channels/signature.hpp"
#include "channels/url_check.hpp"
#include "channels/webhook_format.hpp"
#include "channels/webhook_headers.hpp"
#include "messages/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace tocsin::channels {

namespace {

/// The bytes that Standard Webhooks signs under: what a `whsec_` secret encodes, else the text.
std::optional<std::string> signing_key(std::string_view secret) {
  if (!secret.starts_with(encoded_secret_prefix))
    return std::string{secret};
  return from_base64(secret.substr(encoded_secret_prefix.size()));
}

/// The parts of a path and query that are long enough to be keys: receivers name them alone too.
void add_long_parts(std::string_view path_and_query, std::vector<std::string>& secrets) {
  constexpr size_t min_key_bytes = 12;
  while (!path_and_query.empty()) {
    auto end = std::min(path_and_query.find_first_of("/?&=#"), path_and_query.size());
    if (end >= min_key_bytes)
      secrets.emplace_back(path_and_query.substr(0, end));
    path_and_query.remove_prefix(std::min(end + 1, path_and_query.size()));
  }
}

std::string read_secret(settings_reader& settings, std::string_view key) {
  auto result = settings.text(key, 512);
  if (auto bytes = signing_key(result); !bytes || (!result.empty() && bytes->empty())) {
    settings.complain(key, "invalid", "'whsec_' must be followed by base 64");
    return {};
  }
  return result;
}

/// The secrets that sign.
struct webhook_secrets {
  std::string current;
  /// What `current` replaced; empty without one.
  std::string previous;
  /// When `previous` ends; never where this is not set.
  std::optional<timestamp> previous_until;
};

webhook_secrets read_secrets(settings_reader& settings) {
  webhook_secrets result;
  result.current = read_secret(settings, "secret");
  result.previous = read_secret(settings, "previous_secret");
  if (result.current.empty() && !result.previous.empty() && !settings.has_complaint("secret"))
    settings.complain("previous_secret", "invalid", "'previous_secret' needs a 'secret'");
  auto until = settings.text("previous_secret_expires_at", 64);
  result.previous_until = parse_rfc3339(until);
  if (!until.empty() && !result.previous_until)
    settings.complain("previous_secret_expires_at", "invalid",
                      "this is not a time such as 2026-03-29T14:30:00Z");
  return result;
}

class webhook_adapter : public adapter {
public:
  webhook_adapter(std::shared_ptr<const http_target> target, std::unique_ptr<webhook_format> format,
                  const webhook_secrets& keys, std::vector<std::string> secrets)
    : target_{std::move(target)},
      format_{std::move(format)},
      previous_until_{keys.previous_until},
      secrets_{std::move(secrets)} {
    if (keys.current.empty())
      return;
    body_key_.emplace(keys.current);
    current_key_.emplace(*signing_key(keys.current));
    if (!keys.previous.empty())
      previous_key_.emplace(*signing_key(keys.previous));
  }

  expected<wire_request> make_request(const render_context& x) const override {
    auto body = format_->body(x);
    if (!body)
      return body.error();
    http_request result;
    result.target = target_for(x.event.value);
    result.body = std::move(*body);
    auto id = to_string(x.id);
    auto sent_at = fmt::format(
      "{}", std::chrono::floor<std::chrono::seconds>(x.now.time_since_epoch()).count());
    result.headers.reserve(4);
    if (body_key_) {
      result.headers.push_back("X-Signature-256: sha256=" + to_hex(body_key_->sign({result.body})));
      auto sign = [&](const hmac_sha256& key) {
        return " v1," + to_base64(key.sign({id, ".", sent_at, ".", result.body}));
      };
      auto signatures = "webhook-signature:" + sign(*current_key_);
      if (previous_key_ && (!previous_until_ || x.now < *previous_until_))
        signatures += sign(*previous_key_);
      result.headers.push_back(std::move(signatures));
    }
    result.headers.push_back("webhook-id: " + id);
    result.headers.push_back("webhook-timestamp: " + sent_at);
    return wire_request{std::move(result)};
  }

  std::string hint(const outcome& x) const override {
    if (x.code.starts_with("400") || x.code.starts_with("401") || x.code.starts_with("403")
        || x.code.starts_with("422"))
      return std::string{format_->refusal_hint()};
    if (x.code.starts_with("404") || x.code.starts_with("405"))
      return "The receiver does not accept POST requests at this URL.";
    if (x.code.starts_with("410"))
      return "The receiver says that this URL is gone for good.";
    if (x.code.starts_with("3"))
      return "The receiver redirects, and redirects are not followed: enter the URL it points to.";
    return adapter::hint(x);
  }

protected:
  verdict classify_reply(const wire_reply& x, uint16_t refusal) const override {
    verdict result;
    result.code = fmt::format("{}", x.code);
    if (x.code >= 200 && x.code < 300) {
      result.kind = outcome_class::delivered;
      return result;
    }
    result.text = x.body;
    result.is_doubted
      = is_refusal(x.code) && refusal < refusal_believed && !format_->is_final(x.code);
    if (x.code == 410)
      result.kind = outcome_class::dead_endpoint;
    else if (is_refusal(x.code) && !result.is_doubted)
      result.kind = outcome_class::rejected;
    else
      result.kind = outcome_class::retry;
    auto may_wait = x.code == 502 || x.code == 503 || x.code == 504;
    auto wait = parse_retry_after(x.retry_after, x.received_at);
    if (x.code == 429 || (wait && may_wait)) {
      result.kind = outcome_class::throttled;
      result.wait = wait.value_or(unnamed_pause);
    }
    return result;
  }

  bool is_told_by_status(int) const override { return true; }

  verdict classify_fault(const wire_reply& x) const override {
    // The receiver said that it has it; what it wanted to say besides does not matter.
    if (x.sent && x.code >= 200 && x.code < 300)
      return classify_reply(x, 1);
    return adapter::classify_fault(x);
  }

  std::vector<std::string> secrets() const override { return secrets_; }

private:
  /// The shared target, but where the format sends this event elsewhere.
  std::shared_ptr<const http_target> target_for(const event& x) const {
    auto url = format_->url_for(target_->url, x);
    if (!url)
      return target_;
    auto other = std::make_shared<http_target>(*target_);
    other->url = std::move(*url);
    return other;
  }

  /// Whether the status refuses the request, and says neither that it may be taken later nor that
  /// there is nobody any more who could.
  static bool is_refusal(int status) {
    return status < 500 && status != 408 && status != 410 && status != 425 && status != 429;
  }

  std::shared_ptr<const http_target> target_;
  std::unique_ptr<webhook_format> format_;
  /// For `X-Signature-256`.
  std::optional<hmac_sha256> body_key_;
  /// For `webhook-signature`.
  std::optional<hmac_sha256> current_key_;
  std::optional<hmac_sha256> previous_key_;
  std::optional<timestamp> previous_until_;
  std::vector<std::string> secrets_;
};

std::unique_ptr<webhook_format> read_format(settings_reader& settings, std::string_view name,
                                            std::vector<std::string>& secrets) {
  if (name == "pagerduty")
    return make_pagerduty_format(settings, secrets);
  if (name == "opsgenie")
    return make_opsgenie_format(settings, secrets);
  if (!name.empty() && name != "tocsin")
    settings.complain("format", "invalid", "'format' must be tocsin, pagerduty or opsgenie");
  return make_event_format(settings);
}

} // namespace

std::unique_ptr<adapter> make_webhook(settings_reader& settings, const address_rules& rules) {
  std::vector<std::string> secrets;
  auto format_name = settings.text("format");
  auto url = read_url(settings, "url", rules, default_url(format_name));
  if (url.text != default_url(format_name)) {
    secrets.push_back(url.text);
    if (url.path_and_query.size() > 1)
      secrets.push_back(url.path_and_query);
    add_long_parts(url.path_and_query, secrets);
  }
  if (format_name == "opsgenie" && url.text.find('?') != std::string::npos)
    settings.complain("url", "invalid", "the URL of Opsgenie's alerts must not have a query");
  auto target = std::make_shared<http_target>();
  target->url = url.text;
  target->rules = rules;
  auto headers = read_headers(settings, secrets);
  target->headers = std::move(headers.lines);
  auto format = read_format(settings, format_name, secrets);
  for (auto& line : format->headers()) {
    if (headers.contain("authorization"))
      settings.complain("headers/Authorization", "reserved", "this header is made from 'api_key'");
    target->headers.push_back(std::move(line));
  }
  if (!headers.contain("content-type"))
    target->headers.emplace_back("Content-Type: application/json");
  if (!headers.contain("user-agent"))
    target->headers.emplace_back("User-Agent: Tocsin/" TOCSIN_VERSION);
  auto keys = read_secrets(settings);
  secrets.push_back(keys.current);
  secrets.push_back(keys.previous);
  return std::make_unique<webhook_adapter>(std::move(target), std::move(format), keys,
                                           std::move(secrets));
}

} // namespace tocsin::channels
