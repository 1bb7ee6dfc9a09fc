#include "channels/adapter.hpp"

#include "channels/characters.hpp"
#include "channels/retry_after.hpp"
#include "channels/secret_text.hpp"
#include "channels/url_check.hpp"
#include "messages/text.hpp"

#include <algorithm>
#include <array>

namespace tocsin::channels {

namespace {

constexpr size_t max_outcome_text_bytes = 500;

/// This much of a provider's words is looked at, secrets included, to make that of it.
constexpr size_t max_examined_bytes = 4096;

/// Headers whose values are ours and no secrets.
constexpr std::array<std::string_view, 6> open_headers{"content-type",      "user-agent",
                                                       "x-signature-256",   "webhook-id",
                                                       "webhook-timestamp", "webhook-signature"};

std::pair<std::string, std::string> header_view(std::string_view line) {
  auto end = std::min(line.find_first_of(":;"), line.size());
  auto name = std::string{line.substr(0, end)};
  if (std::find(open_headers.begin(), open_headers.end(), lower_ascii(name)) == open_headers.end())
    return {std::move(name), "[redacted]"};
  auto value = line.substr(std::min(end + 1, line.size()));
  value.remove_prefix(std::min(value.size(), value.find_first_not_of(' ')));
  return {std::move(name), std::string{value}};
}

/// Scheme and host of a URL; its path may be a secret.
std::string open_part(const std::string& url) {
  auto parts = take_apart(url);
  if (!parts)
    return "[redacted]";
  auto origin = url.substr(0, url.find("://") + 3) + parts->host;
  return parts->path_and_query.size() > 1 ? origin + "/[redacted]" : origin + '/';
}

/// How long the beginning of `text` is that keeps to `limit` and splits no character.
size_t length_within(std::string_view text, size_t limit) {
  if (text.size() <= limit)
    return text.size();
  while (limit > 0 && is_continuation(text[limit]))
    --limit;
  return limit;
}

std::string presentable(std::string text, const std::vector<std::string>& secrets) {
  text = clean_line(std::move(text));
  text = hide_secrets(text, secrets, length_within(text, max_examined_bytes));
  text.resize(length_within(text, max_outcome_text_bytes));
  return text;
}

/// Whether the receiver refused, though the rest of its answer is missing.
bool is_cut_refusal(const wire_reply& x) {
  auto is_cut = x.fault == wire_fault::connection_lost || x.fault == wire_fault::timed_out;
  return is_cut && x.stage == attempt_stage::accepted && x.code >= 300;
}

} // namespace

adapter::~adapter() = default;

std::vector<std::string> adapter::destinations() const {
  return {std::string{}};
}

pause_names adapter::pauses() const {
  return {};
}

render_context adapter::named(render_context x) const {
  x.public_name = public_name_;
  return x;
}

expected<wire_request> adapter::render(const render_context& x) const {
  return make_request(named(x));
}

expected<request_view> adapter::preview(const render_context& x) const {
  auto result = describe(named(x));
  if (!result)
    return result;
  auto hidden = secrets();
  result->body = hide_secrets(result->body, hidden);
  result->html = hide_secrets(result->html, hidden);
  for (auto& [name, value] : result->headers)
    value = hide_secrets(value, hidden);
  return result;
}

expected<request_view> adapter::describe(const render_context& x) const {
  auto rendered = make_request(x);
  if (!rendered)
    return rendered.error();
  const auto& request = std::get<http_request>(*rendered);
  request_view result;
  result.method = "POST";
  result.url = open_part(request.target->url);
  for (auto* lines : {&request.target->headers, &request.headers})
    for (auto& line : *lines)
      result.headers.push_back(header_view(line));
  result.body = request.body;
  return result;
}

verdict adapter::classify(const wire_reply& x, uint16_t refusal) const {
  auto result = judge(x, refusal);
  result.stage = x.stage;
  if (result.kind == outcome_class::retry && !result.wait)
    result.wait = parse_retry_after(x.retry_after, x.received_at);
  // What is shorter than any secret holds none: a plain `200`, most of the time.
  auto is_short = result.text.empty() && result.code.size() < min_secret_bytes;
  auto hidden = is_short ? std::vector<std::string>{} : secrets();
  result.text = presentable(std::move(result.text), hidden);
  result.code = presentable(std::move(result.code), hidden);
  return result;
}

verdict adapter::judge(const wire_reply& x, uint16_t refusal) const {
  if (x.fault == wire_fault::none)
    return classify_reply(x, refusal);
  return is_cut_refusal(x) ? classify_cut(x, refusal) : classify_fault(x);
}

verdict adapter::classify_cut(const wire_reply& x, uint16_t refusal) const {
  verdict result;
  if (is_told_by_status(x.code)) {
    result = classify_reply(x, refusal);
  } else {
    result.kind = outcome_class::retry;
    result.code = std::to_string(x.code);
    result.text = x.body;
  }
  result.text = result.text.empty() ? x.error : x.error + ": " + result.text;
  return result;
}

bool adapter::is_told_by_status(int status) const {
  return status >= 500 || status == 408 || status == 429;
}

verdict adapter::classify_fault(const wire_reply& x) const {
  verdict result;
  result.code = to_string(x.fault);
  result.text = x.error;
  switch (x.fault) {
  case wire_fault::address_refused:
  case wire_fault::encryption_missing:
  case wire_fault::auth_missing:
  case wire_fault::auth_refused: result.kind = outcome_class::dead_endpoint; break;
  default: result.kind = x.sent ? outcome_class::ambiguous : outcome_class::retry;
  }
  return result;
}

std::string adapter::hint(const outcome& x) const {
  if (x.kind == outcome_class::delivered)
    return {};
  if (x.code == to_string(wire_fault::unresolved))
    return "The host name cannot be resolved: check it for a typo.";
  if (x.code == to_string(wire_fault::address_refused))
    return "The host is in a private network, which this channel may not reach.";
  if (x.code == to_string(wire_fault::unreachable))
    return "Nothing answers at that host and port: check both, and any firewall in between.";
  if (x.code == to_string(wire_fault::tls_failed))
    return "No secure connection: check the server's certificate, its host name and the port.";
  if (x.code == to_string(wire_fault::timed_out)
      || x.code == to_string(wire_fault::connection_lost))
    return "The server did not answer completely; it may be overloaded or the wrong one.";
  if (x.kind == outcome_class::throttled)
    return "The provider asks for a pause: too much was sent in a short time.";
  if (x.kind == outcome_class::retry)
    return "The provider has a temporary fault; try again later.";
  return {};
}

} // namespace tocsin::channels
