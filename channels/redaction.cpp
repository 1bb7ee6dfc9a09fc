#include "channels/adapter.hpp"
#include "channels/secret_settings.hpp"
#include "channels/url_check.hpp"
#include "channels/webhook_format.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

std::string_view view(const json::string& x) {
  return {x.data(), x.size()};
}

/// The end of a secret, by which its owner tells it from others.
std::string hint_of(std::string_view secret) {
  constexpr size_t shown = 4;
  // Of shorter ones four characters would be too large a part.
  constexpr size_t long_enough = 20;
  if (secret.size() < long_enough)
    return {};
  auto end = secret.substr(secret.size() - shown);
  for (char c : end)
    if (c < 0x21 || c > 0x7e)
      return {};
  return std::string{end};
}

std::string text_of(const json::object& settings, std::string_view key) {
  auto* value = settings.if_contains({key.data(), key.size()});
  if (value && value->is_string())
    return std::string{view(value->get_string())};
  return value && value->is_int64() ? fmt::format("{}", value->get_int64()) : std::string{};
}

std::string url_target(const std::string& url) {
  auto parts = take_apart(url);
  if (!parts)
    return {};
  // Who enters a user name here is refused, but the draft may come by all the same.
  auto hint = parts->path_and_query.size() > 1 ? "/…" + hint_of(url) : std::string{};
  return parts->host + hint;
}

std::string webhook_target(const json::object& settings) {
  auto url = text_of(settings, "url");
  if (!url.empty())
    return url_target(url);
  auto known = take_apart(default_url(text_of(settings, "format")));
  return known ? known->host : std::string{};
}

std::string email_target(const json::object& settings) {
  auto* to = settings.if_contains("to");
  if (!to || !to->is_array() || to->get_array().empty() || !to->get_array()[0].is_string())
    return {};
  auto& list = to->get_array();
  std::string result{view(list[0].get_string())};
  if (list.size() > 1)
    result += fmt::format(" and {} more", list.size() - 1);
  return result;
}

std::string target_of(channel_type type, const json::object& settings) {
  switch (type) {
  case channel_type::email: return email_target(settings);
  case channel_type::slack:
  case channel_type::discord: return url_target(text_of(settings, "webhook_url"));
  case channel_type::telegram: return text_of(settings, "chat_id");
  case channel_type::webhook: return webhook_target(settings);
  }
  return {};
}

} // namespace

redacted_settings redact(channel_type type, std::string_view settings) {
  redacted_settings result;
  json::error_code ec;
  auto value = json::parse({settings.data(), settings.size()}, ec);
  if (ec || !value.is_object())
    return result;
  auto& object = value.get_object();
  result.target = target_of(type, object);
  for (auto& [key, is_sent] : secret_settings(type)) {
    auto* secret = object.if_contains({key.data(), key.size()});
    if (!secret)
      continue;
    if (secret->is_string() && !secret->get_string().empty())
      result.secrets.push_back({std::string{key}, hint_of(view(secret->get_string()))});
    object.stable_erase({key.data(), key.size()});
  }
  json::string_view headers{headers_key.data(), headers_key.size()};
  if (auto* all = object.if_contains(headers); all && type == channel_type::webhook) {
    if (all->is_object())
      for (auto& header : all->get_object())
        if (header.value().is_string())
          result.secrets.push_back(
            {fmt::format("{}/{}", headers_key,
                         std::string_view{header.key().data(), header.key().size()}),
             hint_of(view(header.value().get_string()))});
    object.stable_erase(headers);
  }
  result.settings = json::serialize(object);
  return result;
}

} // namespace tocsin::channels
