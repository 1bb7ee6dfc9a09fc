#include "tests/support/standin/telegram_rules.hpp"

#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/telegram_html.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::string_view bot_path = "/telegram/bot";
constexpr std::string_view method = "/sendMessage";
constexpr std::size_t max_telegram_request_bytes = 1 << 20;
constexpr std::size_t max_parameter_nesting = 100;
constexpr std::size_t max_raw_text_bytes = 32768;
constexpr std::size_t max_message_text = 4096;
/// Chat ids have at most 52 significant bits.
constexpr std::int64_t max_chat_id = (std::int64_t{1} << 52) - 1;

std::string_view token_of(std::string_view path) {
  if (!path.starts_with(bot_path) || !path.ends_with(method)
      || path.size() <= bot_path.size() + method.size())
    return {};
  return path.substr(bot_path.size(), path.size() - bot_path.size() - method.size());
}

bool is_letter_or_digit(unsigned char c) {
  return std::isalnum(c) != 0;
}

/// A bot's number of 5 to 16 digits, a colon and 30 to 64 characters.
bool is_bot_token(std::string_view token) {
  auto colon = std::min(token.find(':'), token.size());
  auto number = token.substr(0, colon);
  auto secret = token.substr(std::min(colon + 1, token.size()));
  auto digit = [](char c) { return c >= '0' && c <= '9'; };
  auto fits = [](unsigned char c) { return is_letter_or_digit(c) || c == '_' || c == '-'; };
  return number.size() >= 5 && number.size() <= 16 && number.front() != '0'
         && std::ranges::all_of(number, digit) && secret.size() >= 30 && secret.size() <= 64
         && std::ranges::all_of(secret, fits);
}

verdict refuse(int code, std::string_view description, std::string reason = {}) {
  auto why = reason.empty() ? std::string{description} : std::move(reason);
  return {false, telegram_error(code, description), std::move(why)};
}

verdict bad_request(std::string_view description) {
  return refuse(400, fmt::format("Bad Request: {}", description));
}

/// A parameter that may be given as a string or a number, as a string.
std::string scalar(const json::object& parameters, std::string_view key) {
  const auto* value = parameters.if_contains(key);
  if (value == nullptr)
    return {};
  if (const auto* text = value->if_string())
    return std::string{std::string_view{*text}};
  return value->is_number() ? json::serialize(*value) : std::string{};
}

bool is_integer(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && number >= least
         && number <= most && number != 0;
}

bool is_username(std::string_view name) {
  auto fits = [](unsigned char c) { return is_letter_or_digit(c) || c == '_'; };
  return name.size() >= 5 && name.size() <= 33 && name[0] == '@'
         && std::isalpha(static_cast<unsigned char>(name[1])) != 0
         && std::ranges::all_of(name.substr(1), fits);
}

bool is_chat(std::string_view chat) {
  return is_integer(chat, -max_chat_id, max_chat_id) || is_username(chat);
}

/// The text as the server stores it: controls become spaces, CR and invisible marks go, ends are
/// trimmed.
std::string cleaned(std::string_view text) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    auto read = *decode_char(text, at);
    auto c = read.value;
    bool dropped = c == U'\r' || (c >= 0x2028 && c <= 0x202E);
    if (c < 0x20 && c != U'\n' && c != U'\r')
      result += ' ';
    else if (!dropped)
      result += text.substr(at, read.bytes);
    at += read.bytes;
  }
  return std::string{trimmed(result)};
}

fault check_options(const json::object& parameters) {
  if (auto key
      = unknown_key(parameters, {"chat_id", "text", "parse_mode", "entities",
                                 "link_preview_options", "disable_notification", "protect_content",
                                 "message_thread_id", "reply_parameters", "reply_markup"}))
    return fmt::format("unknown parameter \"{}\"", *key);
  if (auto f = check_flags(parameters, "parameters", {"disable_notification", "protect_content"}))
    return f;
  if (const auto* options = parameters.if_contains("link_preview_options")) {
    const auto* object = options->if_object();
    if (object == nullptr)
      return "can't parse link preview options JSON object";
    if (auto f = only_keys(
          *object, "link_preview_options",
          {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}))
      return f;
    if (auto f = check_flags(*object, "link_preview_options", {"is_disabled"}))
      return f;
  }
  for (auto key : {"reply_parameters", "reply_markup"}) {
    const auto* value = parameters.if_contains(key);
    if (value != nullptr && !value->is_object())
      return fmt::format("object expected as {}", key);
  }
  const auto* entities = parameters.if_contains("entities");
  if (entities != nullptr && !entities->is_array())
    return "can't parse entities: expected an Array";
  if (parameters.contains("message_thread_id")
      && !is_integer(scalar(parameters, "message_thread_id"), 1, INT32_MAX))
    return "invalid message thread identifier specified";
  return std::nullopt;
}

json::array entities_of(const formatted_text& text) {
  json::array result;
  for (const auto& entity : text.entities) {
    json::object item{{"offset", entity.offset}, {"length", entity.length}, {"type", entity.type}};
    if (entity.type == "text_link")
      item["url"] = entity.argument;
    else if (!entity.argument.empty())
      item["language"] = entity.argument;
    result.push_back(std::move(item));
  }
  return result;
}

json::object chat_object(const std::string& chat) {
  if (chat.starts_with('@'))
    return {{"id", -1001234567890},
            {"title", "stand-in"},
            {"username", chat.substr(1)},
            {"type", "channel"}};
  std::int64_t id = 0;
  std::from_chars(chat.data(), chat.data() + chat.size(), id);
  if (id > 0)
    return {{"id", id}, {"first_name", "stand-in"}, {"type", "private"}};
  return {
    {"id", id}, {"title", "stand-in"}, {"type", chat.starts_with("-100") ? "supergroup" : "group"}};
}

std::string sent_message(const std::string& bot, const std::string& chat,
                         const formatted_text& text, const sighting& seen) {
  std::int64_t bot_id = 0;
  std::from_chars(bot.data(), bot.data() + bot.size(), bot_id);
  using namespace std::chrono;
  json::object result{{"message_id", seen.serial},
                      {"from", json::object{{"id", bot_id},
                                            {"is_bot", true},
                                            {"first_name", "stand-in"},
                                            {"username", "standin_bot"}}},
                      {"chat", chat_object(chat)},
                      {"date", duration_cast<seconds>(seen.at.time_since_epoch()).count()},
                      {"text", text.text}};
  if (!text.entities.empty())
    result["entities"] = entities_of(text);
  return json::serialize(json::object{{"ok", true}, {"result", std::move(result)}});
}

verdict check_parameters(const json::object& parameters, const std::string& bot,
                         const sighting& seen) {
  if (auto f = check_options(parameters))
    return bad_request(*f);
  auto chat = scalar(parameters, "chat_id");
  if (chat.empty())
    return bad_request("chat_id is empty");
  if (!is_chat(chat))
    return bad_request("chat not found");
  auto raw = scalar(parameters, "text");
  if (raw.empty())
    return bad_request("message text is empty");
  if (raw.size() > max_raw_text_bytes)
    return bad_request("text is too long");
  auto mode = scalar(parameters, "parse_mode");
  formatted_text text{raw, {}};
  if (equal_ignoring_case(mode, "HTML")) {
    auto parsed = parse_telegram_html(raw);
    if (const auto* broken = std::get_if<html_fault>(&parsed))
      return bad_request("can't parse entities: " + broken->message);
    text = std::get<formatted_text>(std::move(parsed));
  } else if (!mode.empty()) {
    return bad_request("unsupported parse_mode");
  }
  auto shown = cleaned(text.text);
  if (shown.empty())
    return bad_request("text must be non-empty");
  if (code_points(shown) > max_message_text)
    return bad_request("message is too long");
  text.text = std::move(shown);
  return {true, make_reply(200, "application/json", sent_message(bot, chat, text, seen)), {}};
}

} // namespace

reply telegram_error(int code, std::string_view description, json::object parameters) {
  json::object body{{"ok", false}, {"error_code", code}, {"description", description}};
  if (!parameters.empty())
    body["parameters"] = std::move(parameters);
  return make_reply(code, "application/json", json::serialize(body));
}

std::string telegram_endpoint_name(std::string_view path) {
  auto token = token_of(path);
  return std::string{token.substr(0, std::min(token.size(), token.find(':')))};
}

std::string telegram_chat_of(std::string_view body) {
  json::error_code ec;
  auto value = json::parse(body, ec);
  return ec || !value.is_object() ? std::string{} : scalar(value.get_object(), "chat_id");
}

verdict check_telegram(const request& req, const sighting& seen) {
  auto token = token_of(req.path);
  if (token.empty() || token.find('/') != std::string_view::npos || !req.query.empty())
    return refuse(404, "Not Found", "not the path of sendMessage");
  if (!is_bot_token(token))
    return refuse(401, "Unauthorized: invalid token specified");
  if (req.method != "POST")
    return refuse(405, "Method Not Allowed", "only POST is allowed");
  if (req.body.size() > max_telegram_request_bytes)
    return refuse(413, "Request Entity Too Large", "more than 1 MiB");
  if (!is_json_content_type(req.header("Content-Type")))
    return refuse(415, "Unsupported Media Type", "Content-Type is not application/json");
  if (!valid_utf8(req.body))
    return bad_request("strings must be encoded in UTF-8");
  std::string reason;
  auto parameters = parse_json(req.body, max_parameter_nesting, reason);
  if (!parameters || !parameters->is_object())
    return refuse(400, "Bad Request: can't parse JSON", reason.empty() ? "not an object" : reason);
  return check_parameters(parameters->get_object(), telegram_endpoint_name(req.path), seen);
}

} // namespace tocsin::standin
