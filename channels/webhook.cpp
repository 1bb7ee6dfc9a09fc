#include "channels/webhook.hpp"

#include "channels/retry_after.hpp"
#include "channels/signature.hpp"
#include "channels/url_check.hpp"
#include "messages/event_json.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace tocsin::channels {

namespace {

constexpr std::string_view encoded_secret_prefix = "whsec_";
constexpr size_t max_headers = 20;
constexpr size_t max_header_value_bytes = 4096;

/// Refusals that may pass, as in the middle of the receiver's own deployment, are believed the
/// third time. `channels.md` names the other schools: Alertmanager never, Standard Webhooks always.
constexpr uint16_t believed_from_attempt = 3;

/// Headers that the transport or the signature own.
constexpr std::array<std::string_view, 13> reserved_headers{
  "host",       "content-length",    "transfer-encoding", "connection", "keep-alive",
  "te",         "trailer",           "upgrade",           "expect",     "x-signature-256",
  "webhook-id", "webhook-timestamp", "webhook-signature"};

std::string lower(std::string_view text) {
  std::string result{text};
  for (auto& c : result)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return result;
}

/// A token as RFC 9110 §5.6.2 has it.
bool is_token(std::string_view text) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
           || marks.find(c) != std::string_view::npos;
  });
}

bool is_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    auto u = static_cast<unsigned char>(c);
    return (u >= 0x20 && u != 0x7f) || u == '\t';
  });
}

std::string trimmed(std::string_view text) {
  auto from = text.find_first_not_of(" \t");
  if (from == std::string_view::npos)
    return {};
  return std::string{text.substr(from, text.find_last_not_of(" \t") - from + 1)};
}

/// Reads `headers` into lines for the wire; adds the values to `secrets`.
std::vector<std::string> read_headers(settings_reader& settings, bool& has_content_type,
                                      bool& has_user_agent, std::vector<std::string>& secrets) {
  std::vector<std::string> result;
  auto headers = settings.texts("headers");
  if (headers.size() > max_headers)
    settings.complain("headers", "too_many",
                      fmt::format("'headers' takes up to {} entries", max_headers));
  for (auto& [name, raw_value] : headers) {
    auto pointer = "headers/" + name;
    auto value = trimmed(raw_value);
    auto key = lower(name);
    if (!is_token(name))
      settings.complain(pointer, "invalid", "this is not the name of an HTTP header");
    else if (key.starts_with("proxy-")
             || std::find(reserved_headers.begin(), reserved_headers.end(), key)
                  != reserved_headers.end())
      settings.complain(pointer, "reserved", fmt::format("'{}' cannot be set", name));
    else if (value.size() > max_header_value_bytes)
      settings.complain(pointer, "too_long",
                        fmt::format("a value may be {} bytes long", max_header_value_bytes));
    else if (!is_header_value(value))
      settings.complain(pointer, "invalid", "the value may not hold control characters");
    has_content_type |= key == "content-type";
    has_user_agent |= key == "user-agent";
    // libcurl takes a bare colon for "do not send it"; a semicolon stands for an empty value.
    result.push_back(value.empty() ? name + ";" : name + ": " + value);
    secrets.push_back(value);
  }
  return result;
}

/// The bytes that Standard Webhooks signs under: what a `whsec_` secret encodes, else the text.
std::optional<std::string> signing_key(std::string_view secret) {
  if (!secret.starts_with(encoded_secret_prefix))
    return std::string{secret};
  return from_base64(secret.substr(encoded_secret_prefix.size()));
}

std::string read_secret(settings_reader& settings, std::string_view key) {
  auto result = settings.text(key, 512);
  if (auto bytes = signing_key(result); !bytes || (!result.empty() && bytes->empty())) {
    settings.complain(key, "invalid", "after 'whsec_' base 64 is expected");
    return {};
  }
  return result;
}

class webhook_adapter : public adapter {
public:
  webhook_adapter(std::shared_ptr<const http_target> target, const std::string& secret,
                  const std::string& previous_secret, std::vector<std::string> secrets)
    : target_{std::move(target)}, secrets_{std::move(secrets)} {
    if (secret.empty())
      return;
    body_key_.emplace(secret);
    for (auto& x : {secret, previous_secret})
      if (!x.empty())
        keys_.emplace_back(*signing_key(x));
  }

  expected<wire_request> render(const render_context& x) const override {
    auto& value = x.event.value;
    http_request result;
    result.target = target_;
    // Whoever sent the event over the typed protocol may have sent text that is not UTF-8.
    result.body = clean_text(to_json(value, value.id.empty() ? to_string(x.event.id) : value.id));
    auto id = to_string(x.id);
    auto sent_at = fmt::format(
      "{}", std::chrono::floor<std::chrono::seconds>(x.now.time_since_epoch()).count());
    result.headers.reserve(4);
    if (body_key_) {
      result.headers.push_back("X-Signature-256: sha256=" + to_hex(body_key_->sign({result.body})));
      std::string signatures = "webhook-signature:";
      for (auto& key : keys_) {
        signatures += " v1,";
        signatures += to_base64(key.sign({id, ".", sent_at, ".", result.body}));
      }
      result.headers.push_back(std::move(signatures));
    }
    result.headers.push_back("webhook-id: " + id);
    result.headers.push_back("webhook-timestamp: " + sent_at);
    return wire_request{std::move(result)};
  }

  std::string hint(const outcome& x) const override {
    if (x.code.starts_with("401") || x.code.starts_with("403"))
      return "The receiver refuses the request: check its headers and the secret.";
    if (x.code.starts_with("404") || x.code.starts_with("405"))
      return "The receiver does not take POST requests at this URL.";
    if (x.code.starts_with("410"))
      return "The receiver says that this URL is gone for good.";
    if (x.code.starts_with("3"))
      return "The receiver redirects, which is not followed: enter the URL it points to.";
    return adapter::hint(x);
  }

protected:
  verdict classify_reply(const wire_reply& x, uint16_t attempt) const override {
    verdict result;
    result.code = fmt::format("{}", x.code);
    if (x.code >= 200 && x.code < 300) {
      result.kind = outcome_class::delivered;
      return result;
    }
    result.text = x.body;
    result.kind = refusal(x.code, attempt);
    auto may_wait = x.code == 502 || x.code == 503 || x.code == 504;
    auto wait = parse_retry_after(x.retry_after, x.received_at);
    if (x.code == 429 || (wait && may_wait)) {
      result.kind = outcome_class::throttled;
      result.wait = wait.value_or(unnamed_pause);
    }
    return result;
  }

  verdict classify_fault(const wire_reply& x) const override {
    // The receiver said that it has it; what it wanted to say besides does not matter.
    if (x.sent && x.code >= 200 && x.code < 300)
      return classify_reply(x, 1);
    return adapter::classify_fault(x);
  }

  std::vector<std::string> secrets() const override { return secrets_; }

private:
  static outcome_class refusal(int status, uint16_t attempt) {
    if (status == 410)
      return outcome_class::dead_endpoint;
    if (status == 408 || status == 425 || status == 429 || status >= 500)
      return outcome_class::retry;
    return attempt < believed_from_attempt ? outcome_class::retry : outcome_class::rejected;
  }

  std::shared_ptr<const http_target> target_;
  std::vector<std::string> secrets_;
  /// For `X-Signature-256`.
  std::optional<hmac_sha256> body_key_;
  /// For `webhook-signature`: the current one first.
  std::vector<hmac_sha256> keys_;
};

} // namespace

std::unique_ptr<adapter> make_webhook(settings_reader& settings, address_rules rules) {
  auto url = required_url(settings, "url", rules);
  std::vector<std::string> secrets{url.text};
  if (url.path_and_query.size() > 1)
    secrets.push_back(url.path_and_query);
  auto target = std::make_shared<http_target>();
  target->url = url.text;
  target->rules = rules;
  bool has_content_type = false;
  bool has_user_agent = false;
  target->headers = read_headers(settings, has_content_type, has_user_agent, secrets);
  if (!has_content_type)
    target->headers.emplace_back("Content-Type: application/json");
  if (!has_user_agent)
    target->headers.emplace_back("User-Agent: Tocsin/" TOCSIN_VERSION);
  auto secret = read_secret(settings, "secret");
  auto previous_secret = read_secret(settings, "previous_secret");
  if (secret.empty() && !previous_secret.empty() && !settings.has_complaint("secret"))
    settings.complain("previous_secret", "invalid", "'previous_secret' needs a 'secret'");
  secrets.push_back(secret);
  secrets.push_back(previous_secret);
  return std::make_unique<webhook_adapter>(std::move(target), secret, previous_secret,
                                           std::move(secrets));
}

} // namespace tocsin::channels
