#include "channels/adapter.hpp"

#include "messages/text.hpp"

#include <algorithm>

namespace tocsin::channels {

namespace {

/// Shorter texts show up by chance and are no secrets.
constexpr size_t min_secret_bytes = 4;
constexpr size_t max_outcome_text_bytes = 500;

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

std::string presentable(std::string text, const std::vector<std::string>& secrets) {
  text = clean_line(std::move(text));
  for (auto& secret : secrets)
    if (secret.size() >= min_secret_bytes)
      replace_all(text, secret, "[redacted]");
  if (text.size() > max_outcome_text_bytes) {
    auto end = max_outcome_text_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80)
      --end;
    text.resize(end);
  }
  return text;
}

} // namespace

adapter::~adapter() = default;

std::vector<std::string> adapter::destinations() const {
  return {std::string{}};
}

pause_names adapter::pauses() const {
  return {};
}

verdict adapter::classify(const wire_reply& x, uint16_t attempt) const {
  auto result = x.fault == wire_fault::none ? classify_reply(x, attempt) : classify_fault(x);
  result.stage = x.stage;
  if (result.text.empty() && result.code.empty())
    return result;
  auto hidden = secrets();
  // A secret may be a part of another one: the longest goes first.
  std::sort(hidden.begin(), hidden.end(), [](auto& a, auto& b) { return a.size() > b.size(); });
  result.text = presentable(std::move(result.text), hidden);
  result.code = presentable(std::move(result.code), hidden);
  return result;
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
    return "The host name is not known: check it for a slip of the pen.";
  if (x.code == to_string(wire_fault::address_refused))
    return "The host lies inside a private network, where this channel may not go.";
  if (x.code == to_string(wire_fault::unreachable))
    return "Nothing answers at that host and port: check both, and the firewall in between.";
  if (x.code == to_string(wire_fault::tls_failed))
    return "No secure connection: check the server's certificate, its host name and the port.";
  if (x.code == to_string(wire_fault::timed_out)
      || x.code == to_string(wire_fault::connection_lost))
    return "The server did not answer in full; it may be overloaded or the wrong one.";
  if (x.kind == outcome_class::throttled)
    return "The provider asks for a pause: too much was sent in a short time.";
  if (x.kind == outcome_class::retry)
    return "The provider has a passing fault; try again in a while.";
  return {};
}

} // namespace tocsin::channels
