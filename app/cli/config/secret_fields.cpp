#include "app/cli/config/secret_fields.hpp"

#include "app/cli/json_text.hpp"

#include <algorithm>
#include <array>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

constexpr std::string_view headers_prefix = "headers/";

/// The secret fields of all channel types; `settings` of the API's page `Channels`.
constexpr std::array<std::string_view, 8> secret_names{"password", "webhook_url",    "bot_token",
                                                       "url",      "secret",         "routing_key",
                                                       "api_key",  "previous_secret"};

bool is_secret_name(std::string_view name) {
  return name == "headers"
         || std::find(secret_names.begin(), secret_names.end(), name) != secret_names.end();
}

bool is_of_rotation(std::string_view name) {
  return name == "previous_secret" || name == "previous_secret_expires_at";
}

json::value hidden(const json::value& x) {
  const auto* object = x.if_object();
  if (object == nullptr)
    return json::value(hidden_secret);
  json::object result;
  for (const auto& [key, value] : *object)
    result[key] = hidden_secret;
  return result;
}

} // namespace

json::object settings_with_secrets(const json::value& channel,
                                   const std::function<std::string(const std::string&)>& text_of) {
  json::object result;
  if (const auto* settings = member(channel, "settings").if_object())
    for (const auto& [key, value] : *settings)
      if (!is_of_rotation(key))
        result[key] = value;
  const auto* secrets = member(channel, "secrets").if_object();
  if (secrets == nullptr)
    return result;
  for (const auto& [key, value] : *secrets) {
    std::string field{key};
    if (is_of_rotation(field))
      continue;
    if (!field.starts_with(headers_prefix)) {
      result[field] = text_of(field);
      continue;
    }
    auto& headers = result["headers"];
    if (!headers.is_object())
      headers = json::object{};
    headers.get_object()[field.substr(headers_prefix.size())] = text_of(field);
  }
  return result;
}

json::object hide_secrets(const json::object& settings,
                          const std::function<bool(std::string_view)>& is_hidden) {
  json::object result;
  for (const auto& [key, value] : settings)
    result[key] = is_secret_name(key) || is_hidden(key) ? hidden(value) : value;
  return result;
}

} // namespace tocsin::cli
