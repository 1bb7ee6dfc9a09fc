#include "channels/secret_settings.hpp"

#include "channels/url_check.hpp"
#include "channels/webhook_format.hpp"
#include "messages/json_pointer.hpp"
#include "messages/text.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

json::object parse_settings(std::string_view text) {
  json::error_code ec;
  auto value = json::parse({text.data(), text.size()}, ec);
  return !ec && value.is_object() ? std::move(value.get_object()) : json::object{};
}

const json::value* member_of(const json::object& from, std::string_view key) {
  return from.if_contains({key.data(), key.size()});
}

bool has_text(const json::object& from, std::string_view key) {
  auto* value = member_of(from, key);
  return value != nullptr && value->is_string() && !value->get_string().empty();
}

/// A text or a number, in small letters; empty where there is none.
std::string lowered_text(const json::object& from, std::string_view key) {
  auto* value = member_of(from, key);
  if (value == nullptr)
    return {};
  if (value->is_int64())
    return fmt::format("{}", value->get_int64());
  return value->is_string() ? lower_ascii(std::string{value->get_string()}) : std::string{};
}

json::object headers_of(const json::object& settings) {
  auto* found = member_of(settings, headers_key);
  return found != nullptr && found->is_object() ? found->get_object() : json::object{};
}

/// Where settings lead.
struct named_server {
  /// Empty where they name none, or none that can be.
  std::string name;
  bool is_encrypted = true;
};

named_server mail_server(const json::object& settings) {
  auto host = lowered_text(settings, "host");
  auto encryption = lowered_text(settings, "encryption");
  auto port = lowered_text(settings, "port");
  if (port.empty())
    port = encryption == "tls" ? "465" : "587";
  return {host.empty() ? host : fmt::format("{}:{}", host, port), encryption != "none"};
}

named_server web_server(const json::object& settings) {
  auto url = lowered_text(settings, "url");
  if (url.empty())
    url = default_url(lowered_text(settings, "format"));
  auto parts = take_apart(url);
  if (!parts)
    return {};
  return {fmt::format("{}://{}", url.substr(0, url.find(':')), parts->host)};
}

named_server server_of(channel_type type, const json::object& settings) {
  switch (type) {
  case channel_type::email: return mail_server(settings);
  case channel_type::webhook: return web_server(settings);
  // Their secrets name the server, or go to the provider's.
  case channel_type::slack:
  case channel_type::discord:
  case channel_type::telegram: return {};
  }
  return {};
}

} // namespace

std::span<const secret_setting> secret_settings(channel_type type) {
  static constexpr secret_setting email[] = {{"password", true}};
  static constexpr secret_setting webhook_url[] = {{"webhook_url"}};
  static constexpr secret_setting telegram[] = {{"bot_token"}};
  static constexpr secret_setting webhook[]
    = {{"url"}, {"secret"}, {"previous_secret"}, {"routing_key", true}, {"api_key", true}};
  switch (type) {
  case channel_type::email: return email;
  case channel_type::slack:
  case channel_type::discord: return webhook_url;
  case channel_type::telegram: return telegram;
  case channel_type::webhook: return webhook;
  }
  return {};
}

std::vector<std::string> secrets_to_enter(channel_type type, std::string_view before,
                                          std::string_view patch, std::string_view after) {
  auto stored = parse_settings(before);
  auto wanted = parse_settings(after);
  auto from = server_of(type, stored);
  auto to = server_of(type, wanted);
  if (to.name.empty() || (to.name == from.name && to.is_encrypted >= from.is_encrypted))
    return {};
  auto entered = parse_settings(patch);
  std::vector<std::string> result;
  for (auto& x : secret_settings(type))
    if (x.is_sent_to_named_server && has_text(stored, x.key) && has_text(wanted, x.key)
        && member_of(entered, x.key) == nullptr)
      result.push_back(extend_pointer("", x.key));
  auto known = headers_of(stored);
  auto named = headers_of(entered);
  for (auto& header : headers_of(wanted))
    if (known.contains(header.key()) && !named.contains(header.key()))
      result.push_back(extend_pointer("/headers", std::string_view{header.key()}));
  return result;
}

} // namespace tocsin::channels
