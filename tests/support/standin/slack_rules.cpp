#include "tests/support/standin/slack_rules.hpp"

#include "tests/support/standin/slack_blocks.hpp"
#include "tests/support/standin/slack_text.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::size_t max_slack_text = 40000;
constexpr std::size_t max_attachments = 100;
/// Undocumented cap on the characters of all blocks together (slackapi/bolt-js#2509).
constexpr std::size_t max_block_characters = 13200;

bool is_id(std::string_view text, char first) {
  auto upper_or_digit = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  return text.size() >= 9 && text.front() == first && std::ranges::all_of(text, upper_or_digit);
}

bool is_hook_token(std::string_view text) {
  auto alphanumeric = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  };
  return text.size() >= 20 && std::ranges::all_of(text, alphanumeric);
}

verdict refuse(int status, std::string_view word, std::string reason) {
  return {false, make_reply(status, "text/html", std::string{word}), std::move(reason)};
}

fault check_fields(const json::object& attachment, const std::string& where) {
  const auto* fields = attachment.if_contains("fields");
  if (fields == nullptr)
    return std::nullopt;
  if (!fields->is_array())
    return where + ": fields is not an array";
  for (const auto& item : fields->get_array()) {
    const auto* object = item.if_object();
    if (object == nullptr)
      return where + ": a field is not an object";
    if (auto f = only_keys(*object, where, {"title", "value", "short"}))
      return f;
    if (auto f = check_flags(*object, where, {"short"}))
      return f;
    for (auto key : {"title", "value"}) {
      if (auto f = check_text(*object, key, where, {0, max_slack_text, utf16_units}))
        return f;
      const auto* text = object->if_contains(key);
      auto f = text == nullptr ? std::nullopt : check_mrkdwn(text->get_string(), where);
      if (f)
        return f;
    }
  }
  return std::nullopt;
}

bool is_color(std::string_view text) {
  auto hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  return text == "good" || text == "warning" || text == "danger"
         || (text.size() == 7 && text[0] == '#' && std::ranges::all_of(text.substr(1), hex));
}

fault check_attachment(const json::value& value, const std::string& where) {
  const auto* attachment = value.if_object();
  if (attachment == nullptr)
    return where + " is not an object";
  if (auto f = only_keys(*attachment, where,
                         {"fallback", "color", "pretext", "author_name", "author_link",
                          "author_icon", "title", "title_link", "text", "fields", "image_url",
                          "thumb_url", "footer", "footer_icon", "ts", "mrkdwn_in", "blocks"}))
    return f;
  for (auto key : {"fallback", "pretext", "author_name", "title", "text", "footer"}) {
    if (auto f = check_text(*attachment, key, where, {0, max_slack_text, utf16_units}))
      return f;
    const auto* text = attachment->if_contains(key);
    auto f = text == nullptr ? std::nullopt : check_mrkdwn(text->get_string(), where);
    if (f)
      return f;
  }
  for (auto key :
       {"author_link", "author_icon", "title_link", "image_url", "thumb_url", "footer_icon"}) {
    if (auto f = check_url(*attachment, key, where, 3000))
      return f;
  }
  if (auto f = check_text(*attachment, "color", where, {1, 7, utf16_units}))
    return f;
  const auto* color = attachment->if_contains("color");
  if (color != nullptr && !is_color(color->get_string()))
    return where + ": color is neither #rrggbb nor good, warning or danger";
  return check_fields(*attachment, where);
}

verdict check_attachments(const json::value& value, slack_block_check& blocks) {
  if (!value.is_array())
    return refuse(400, "invalid_payload", "attachments is not an array");
  const auto& array = value.get_array();
  if (array.size() > max_attachments)
    return refuse(400, "too_many_attachments",
                  fmt::format("{} of at most {} attachments", array.size(), max_attachments));
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto where = fmt::format("attachments[{}]", i);
    if (auto f = check_attachment(array[i], where))
      return refuse(400, "invalid_payload", *f);
    const auto* inner = array[i].get_object().if_contains("blocks");
    if (inner == nullptr)
      continue;
    if (auto f = blocks.check(*inner, where + ".blocks"))
      return refuse(400, "invalid_blocks", *f);
  }
  return {true, {}, {}};
}

fault check_top_level(const json::object& message, bool legacy) {
  auto f = legacy ? only_keys(message, "message",
                              {"text", "blocks", "attachments", "thread_ts", "unfurl_links",
                               "unfurl_media", "link_names", "mrkdwn", "metadata", "channel",
                               "username", "icon_url", "icon_emoji"})
                  : only_keys(message, "message",
                              {"text", "blocks", "attachments", "thread_ts", "unfurl_links",
                               "unfurl_media", "link_names", "mrkdwn", "metadata"});
  if (f)
    return f;
  if ((f
       = check_flags(message, "message", {"unfurl_links", "unfurl_media", "link_names", "mrkdwn"})))
    return f;
  const auto* link_names = message.if_contains("link_names");
  if (link_names != nullptr && link_names->get_bool())
    return "link_names turns @channel into a mention";
  for (auto key : {"thread_ts", "channel", "username", "icon_url", "icon_emoji"}) {
    if ((f = check_text(message, key, "message", {1, 3000, utf16_units})))
      return f;
  }
  const auto* metadata = message.if_contains("metadata");
  if (metadata != nullptr && !metadata->is_object())
    return "metadata is not an object";
  return check_text(message, "text", "message", {0, max_slack_text, utf16_units});
}

verdict check_message(const json::object& message, bool legacy) {
  if (auto f = check_top_level(message, legacy))
    return refuse(400, "invalid_payload", *f);
  const auto* text = message.if_contains("text");
  if (text == nullptr || trimmed(text->get_string()).empty())
    return refuse(400, "no_text", "text is missing or blank");
  if (auto f = check_mrkdwn(text->get_string(), "text"))
    return refuse(400, "invalid_payload", *f);
  slack_block_check blocks;
  if (const auto* value = message.if_contains("blocks")) {
    if (auto f = blocks.check(*value, "blocks"))
      return refuse(400, "invalid_blocks", *f);
  }
  if (const auto* value = message.if_contains("attachments")) {
    if (auto bad = check_attachments(*value, blocks); !bad.accepted)
      return bad;
  }
  if (blocks.characters() > max_block_characters)
    return refuse(400, "msg_blocks_too_long",
                  fmt::format("{} characters in blocks", blocks.characters()));
  return {true, make_reply(200, "text/html", "ok"), {}};
}

} // namespace

std::string slack_endpoint_name(std::string_view path) {
  constexpr std::string_view prefix = "/slack/services/";
  if (!path.starts_with(prefix))
    return {};
  path.remove_prefix(prefix.size());
  auto first = path.find('/');
  auto second = first == std::string_view::npos ? first : path.find('/', first + 1);
  if (second == std::string_view::npos)
    return {};
  auto hook = path.substr(first + 1, second - first - 1);
  if (!is_id(path.substr(0, first), 'T') || !is_id(hook, 'B')
      || !is_hook_token(path.substr(second + 1)))
    return {};
  return std::string{hook};
}

verdict check_slack(const request& req) {
  auto hook = slack_endpoint_name(req.path);
  if (hook.empty() || !req.query.empty())
    return refuse(404, "no_service", "not the path of an incoming webhook");
  if (req.method != "POST")
    return refuse(405, "method_not_allowed", "only POST is allowed");
  if (!is_json_content_type(req.header("Content-Type")))
    return refuse(400, "invalid_payload", "Content-Type is not application/json");
  std::string reason;
  auto message = parse_json(req.body, 64, reason);
  if (!message)
    return refuse(400, "invalid_payload", reason);
  if (!message->is_object())
    return refuse(400, "invalid_payload", "the body is not a JSON object");
  return check_message(message->get_object(), hook.starts_with("BLEGACY"));
}

} // namespace tocsin::standin
