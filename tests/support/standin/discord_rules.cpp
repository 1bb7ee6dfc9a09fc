#include "tests/support/standin/discord_rules.hpp"

#include "tests/support/standin/discord_embeds.hpp"
#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::string_view webhooks_path = "/discord/api/v10/webhooks/";
constexpr std::size_t max_discord_request_bytes = 25 * 1024 * 1024;
/// SUPPRESS_EMBEDS and SUPPRESS_NOTIFICATIONS.
constexpr std::int64_t known_flags = 4 | 4096;
/// 2015-01-01, the epoch of Discord's snowflake ids, in milliseconds since 1970.
constexpr std::int64_t snowflake_epoch = 1420070400000;

bool is_snowflake(std::string_view text) {
  return text.size() >= 17 && text.size() <= 20
         && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_webhook_token(std::string_view text) {
  auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; };
  return text.size() >= 60 && text.size() <= 120 && std::ranges::all_of(text, fits);
}

verdict refuse(int status, int code, std::string_view message, std::string reason) {
  return {false, discord_error(status, code, message), std::move(reason)};
}

verdict refuse(const form_error& error) {
  return {false, make_reply(400, "application/json", form_error_body(error)),
          fmt::format("{}: {} {}", error.path, error.code, error.message)};
}

form_fault check_query(std::string_view query) {
  auto params = query_params(query);
  if (!params)
    return form_error{"query", "QUERY_PARSE", "The query cannot be parsed."};
  bool waits = false;
  for (const auto& [key, value] : *params) {
    if (key == "wait")
      waits = value == "true";
    else if (key != "thread_id")
      return form_error{key, "UNKNOWN_FIELD", "This parameter is not known."};
    else if (!is_snowflake(value))
      return form_error{key, "NUMBER_TYPE_COERCE", "Value is not snowflake."};
  }
  if (!waits)
    return form_error{"wait", "BASE_TYPE_REQUIRED",
                      "Without wait=true a message that is not saved goes unnoticed."};
  return std::nullopt;
}

/// True if `value` is absent or an empty array.
bool none_of(const json::value* value) {
  return value == nullptr || (value->is_array() && value->get_array().empty());
}

form_fault check_mentions(const json::object& message) {
  const auto* value = message.if_contains("allowed_mentions");
  const auto* mentions = value == nullptr ? nullptr : value->if_object();
  if (mentions == nullptr)
    return form_error{"allowed_mentions", "BASE_TYPE_REQUIRED", "This field is required"};
  if (auto f
      = only_form_keys(*mentions, "allowed_mentions", {"parse", "users", "roles", "replied_user"}))
    return f;
  const auto* replied = mentions->if_contains("replied_user");
  bool silent = mentions->contains("parse") && none_of(mentions->if_contains("parse"))
                && none_of(mentions->if_contains("users"))
                && none_of(mentions->if_contains("roles"))
                && (replied == nullptr || *replied == false);
  if (!silent)
    return form_error{"allowed_mentions.parse", "MENTIONS_ALLOWED", "Must be an empty list."};
  return std::nullopt;
}

form_fault check_username(const json::object& message) {
  if (auto f = check_form_text(message, "username", {}, 1, 80))
    return f;
  const auto* value = message.if_contains("username");
  if (value == nullptr)
    return std::nullopt;
  std::string name{std::string_view{value->get_string()}};
  std::ranges::transform(name, name.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  for (auto word : {"discord", "clyde"}) {
    if (name.find(word) != std::string::npos)
      return form_error{"username", "USERNAME_INVALID_CONTAINS",
                        fmt::format("Username cannot contain \"{}\"", word)};
  }
  return std::nullopt;
}

form_fault check_extras(const json::object& message) {
  if (auto f = check_form_flag(message, "tts", {}))
    return f;
  if (auto f = check_form_url(message, "avatar_url", {}))
    return f;
  if (auto f = check_form_text(message, "thread_name", {}, 1, 100))
    return f;
  if (const auto* flags = message.if_contains("flags")) {
    if (!flags->is_int64() || (flags->get_int64() & ~known_flags) != 0)
      return form_error{"flags", "BITFIELD_UNKNOWN", "Only flags 4 and 4096 can be set."};
  }
  if (const auto* tags = message.if_contains("applied_tags")) {
    bool fine = tags->is_array() && tags->get_array().size() <= 5
                && std::ranges::all_of(tags->get_array(), [](const json::value& tag) {
                     return tag.is_string() && is_snowflake(tag.get_string());
                   });
    if (!fine)
      return form_error{"applied_tags", "LIST_TYPE_CONVERT", "Must be at most 5 snowflakes."};
  }
  return std::nullopt;
}

form_fault check_form(const json::object& message) {
  if (auto f = only_form_keys(message, {},
                              {"content", "username", "avatar_url", "tts", "embeds",
                               "allowed_mentions", "flags", "thread_name", "applied_tags"}))
    return f;
  if (auto f = check_form_text(message, "content", {}, 0, 2000))
    return f;
  if (const auto* embeds = message.if_contains("embeds")) {
    if (auto f = check_embeds(*embeds))
      return f;
  }
  if (auto f = check_mentions(message))
    return f;
  if (auto f = check_username(message))
    return f;
  return check_extras(message);
}

bool is_empty(const json::object& message) {
  const auto* content = message.if_contains("content");
  return (content == nullptr || trimmed(content->get_string()).empty())
         && none_of(message.if_contains("embeds"));
}

/// The message as Discord returns it for `wait=true`.
std::string saved_message(const json::object& message, const std::string& hook,
                          const sighting& seen) {
  using namespace std::chrono;
  auto ms = duration_cast<milliseconds>(seen.at.time_since_epoch()).count();
  auto id = std::to_string(((ms - snowflake_epoch) << 22)
                           | static_cast<std::int64_t>(seen.serial & 0x3FFFFF));
  auto value_or = [&](std::string_view key, json::value otherwise) {
    const auto* value = message.if_contains(key);
    return value == nullptr ? std::move(otherwise) : *value;
  };
  json::object author{{"id", hook},
                      {"username", value_or("username", "stand-in")},
                      {"avatar", nullptr},
                      {"discriminator", "0000"},
                      {"bot", true}};
  auto stamp = fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}000+00:00",
                           fmt::gmtime(static_cast<std::time_t>(ms / 1000)), ms % 1000);
  return json::serialize(json::object{{"id", id},
                                      {"type", 0},
                                      {"content", value_or("content", "")},
                                      {"channel_id", "199737254929760256"},
                                      {"author", std::move(author)},
                                      {"attachments", json::array{}},
                                      {"embeds", value_or("embeds", json::array{})},
                                      {"mentions", json::array{}},
                                      {"mention_roles", json::array{}},
                                      {"pinned", false},
                                      {"mention_everyone", false},
                                      {"tts", value_or("tts", false)},
                                      {"timestamp", stamp},
                                      {"edited_timestamp", nullptr},
                                      {"flags", value_or("flags", 0)},
                                      {"components", json::array{}},
                                      {"webhook_id", hook}});
}

/// True for `DiscordBot (url, version)`, with anything after it.
bool is_bot_agent(std::string_view agent) {
  constexpr std::string_view start = "DiscordBot (";
  if (!agent.starts_with(start))
    return false;
  agent.remove_prefix(start.size());
  auto comma = agent.find(", ");
  auto end = agent.find(')');
  return comma != agent.npos && end != agent.npos && comma > 0 && end > comma + 2;
}

} // namespace

reply discord_error(int status, int code, std::string_view message) {
  return make_reply(status, "application/json",
                    json::serialize(json::object{{"message", message}, {"code", code}}));
}

std::string discord_endpoint_name(std::string_view path) {
  if (!path.starts_with(webhooks_path))
    return {};
  path.remove_prefix(webhooks_path.size());
  auto slash = path.find('/');
  if (slash == std::string_view::npos || !is_snowflake(path.substr(0, slash))
      || path.find('/', slash + 1) != std::string_view::npos)
    return {};
  return std::string{path.substr(0, slash)};
}

verdict check_discord(const request& req, const sighting& seen) {
  auto hook = discord_endpoint_name(req.path);
  if (hook.empty())
    return refuse(404, 10015, "Unknown Webhook", "not the path of a v10 webhook");
  if (!is_webhook_token(std::string_view{req.path}.substr(webhooks_path.size() + hook.size() + 1)))
    return refuse(401, 50027, "Invalid Webhook Token", "the token has not the shape of one");
  if (req.method != "POST")
    return refuse(405, 0, "405: Method Not Allowed", "only POST is allowed");
  if (!is_bot_agent(req.header("User-Agent")))
    return refuse(403, 40333, "internal network error",
                  "User-Agent is not \"DiscordBot (url, version)\"");
  if (req.body.size() > max_discord_request_bytes)
    return refuse(413, 40005, "Request entity too large", "more than 25 MiB");
  if (!is_json_content_type(req.header("Content-Type")))
    return refuse(400, 50035, "Expected \"Content-Type\" header to be one of {'application/json'}.",
                  "Content-Type is not application/json");
  if (auto f = check_query(req.query))
    return refuse(*f);
  std::string reason;
  auto message = parse_json(req.body, 64, reason);
  if (!message)
    return refuse(400, 50109, "The request body contains invalid JSON.", reason);
  if (!message->is_object())
    return refuse(form_error{"_", "DICT_TYPE_CONVERT", "Only dictionaries may be used"});
  const auto& object = message->get_object();
  if (auto f = check_form(object))
    return refuse(*f);
  if (is_empty(object))
    return refuse(400, 50006, "Cannot send an empty message", "neither content nor embeds");
  return {true, make_reply(200, "application/json", saved_message(object, hook, seen)), {}};
}

} // namespace tocsin::standin
