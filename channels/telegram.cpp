#include "channels/telegram.hpp"

#include "channels/channel_templates.hpp"
#include "channels/facts.hpp"
#include "channels/retry_after.hpp"
#include "channels/signature.hpp"
#include "channels/telegram_markup.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/json_string.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

/// After the tags are taken out; the offsets of entities are in UTF-16 units, so these count.
constexpr size_t max_visible = 4096;
/// One unit of text becomes at most five bytes (`&amp;`), so that the 32,768 bytes that the server
/// takes unparsed are never reached; tags are few.
constexpr size_t max_headline = 300;
/// Of a template's body, tags included, so that it fits below any headline.
constexpr size_t max_own_text = max_visible - max_headline - 10;
constexpr size_t max_fact_label = 100;
constexpr size_t max_value = 400;

size_t size_of(std::string_view text) {
  return measure(text, text_unit::utf16);
}

std::string_view sign_of(event_severity x) {
  switch (x) {
  case event_severity::success: return "\xe2\x9c\x85";             // check mark
  case event_severity::info: return "\xe2\x84\xb9\xef\xb8\x8f";    // information
  case event_severity::warning: return "\xe2\x9a\xa0\xef\xb8\x8f"; // warning
  case event_severity::error: return "\xe2\x9d\x8c";               // cross mark
  case event_severity::critical: return "\xf0\x9f\x9a\xa8";        // revolving light
  }
  return "";
}

/// The facts in HTML, one per line and an empty line before, at most `room` long as people see it.
struct fact_lines {
  std::string html;
  size_t size = 0;
};

fact_lines lines_of(const message_content& x, size_t room) {
  fact_lines result;
  size_t shown = 0;
  for (auto& fact : x.facts) {
    auto label = cut(fact.label, max_fact_label, text_unit::utf16);
    auto value = or_placeholder(cut(fact.value, max_value, text_unit::utf16), "-");
    // With ": " and the line break, two of them before the first.
    auto size = size_of(label) + size_of(value) + (shown == 0 ? 4 : 3);
    if (result.size + size + kept_for_marker > room)
      break;
    result.size += size;
    result.html += fmt::format("{}\n<b>{}</b>: {}", shown++ == 0 ? "\n" : "",
                               escape_entities(label), escape_entities(value));
  }
  if (auto missing = x.facts.size() - shown + x.omitted; missing > 0) {
    auto marker = fmt::format("{} more not shown", missing);
    result.size += size_of(marker) + 1;
    result.html += fmt::format("\n<i>{}</i>", marker);
  }
  return result;
}

/// The first line in HTML, and how long it is as people see it.
struct headline {
  std::string html;
  size_t size = 0;
};

headline headline_of(const message_content& x) {
  auto text = cut(x.headline, max_headline, text_unit::utf16);
  auto sign = sign_of(x.severity);
  return {fmt::format("{} <b>{}</b>", sign, escape_entities(text)),
          size_of(sign) + 1 + size_of(text)};
}

/// Message and facts in HTML, below a headline that is `headline_size` long as people see it. Every
/// value is cut first, then escaped, then tagged.
std::string html_of(const message_content& x, size_t headline_size) {
  std::string result;
  // The message has an empty line before it.
  auto room = max_visible - headline_size - 2;
  auto wanted = std::min(size_of(x.message), room);
  auto facts = lines_of(x, std::max(kept_for_facts, room - wanted));
  if (!x.message.empty())
    result += "\n\n" + escape_entities(cut(x.message, room - facts.size, text_unit::utf16));
  return result + facts.html;
}

struct telegram_reply {
  bool is_json = false;
  bool ok = false;
  std::string description;
  std::optional<double> retry_after;
  /// The number under which the group goes on.
  std::optional<int64_t> migrate_to_chat_id;
};

telegram_reply read_telegram_reply(std::string_view body) {
  telegram_reply result;
  json::error_code ec;
  auto value = json::parse({body.data(), body.size()}, ec);
  if (ec || !value.is_object())
    return result;
  result.is_json = true;
  auto& object = value.get_object();
  if (auto* x = object.if_contains("ok"))
    result.ok = x->is_bool() && x->get_bool();
  if (auto* x = object.if_contains("description"); x && x->is_string())
    result.description.assign(x->get_string().data(), x->get_string().size());
  auto* parameters = object.if_contains("parameters");
  if (!parameters || !parameters->is_object())
    return result;
  auto& inner = parameters->get_object();
  if (auto* x = inner.if_contains("retry_after"); x && x->is_number())
    result.retry_after = x->to_number<double>(ec);
  if (auto* x = inner.if_contains("migrate_to_chat_id"); x && x->is_int64())
    result.migrate_to_chat_id = x->get_int64();
  return result;
}

/// The descriptions of refusals with 400 that no other message could escape.
constexpr std::array<std::string_view, 5> dead_descriptions{
  "chat not found", "chat_id is empty", "message thread not found", "group chat was upgraded",
  "have no rights to send a message"};

/// What a refusal of our HTML says; nothing but the description tells it.
constexpr std::string_view unparsed = "can't parse entities";

bool is_dead(std::string_view text) {
  return std::any_of(dead_descriptions.begin(), dead_descriptions.end(),
                     [text](auto x) { return text.find(x) != std::string_view::npos; });
}

class telegram_adapter : public adapter {
public:
  telegram_adapter(std::string url, std::string chat_id, std::optional<int64_t> topic_id,
                   channel_templates templates, std::vector<std::string> secrets)
    : templates_{std::move(templates)}, secrets_{std::move(secrets)} {
    auto target = std::make_shared<http_target>();
    target->url = std::move(url);
    target->max_reply_bytes = echo_reply_bytes;
    target->headers = {"Content-Type: application/json", "User-Agent: Tocsin/" TOCSIN_VERSION};
    target_ = std::move(target);
    auto is_number = !chat_id.empty() && chat_id.front() != '@';
    pauses_ = {digest_name(target_->url + "#" + chat_id), digest_name(target_->url)};
    preamble_ = R"({"chat_id":)";
    if (is_number)
      preamble_ += chat_id;
    else
      append_json_string(preamble_, chat_id);
    if (topic_id)
      preamble_ += fmt::format(R"(,"message_thread_id":{})", *topic_id);
    preamble_ += R"(,"link_preview_options":{"is_disabled":true})";
  }

  expected<wire_request> make_request(const render_context& x) const override {
    auto content = content_of(x.event);
    auto own = templates_.fill_texts(x, content);
    if (!own)
      return own.error();
    auto first
      = own->subject ? headline{*own->subject, size_of(*own->subject)} : headline_of(content);
    auto rest = own->body ? "\n\n" + *own->body : html_of(content, first.size);
    http_request result;
    result.target = target_;
    result.body = preamble_;
    result.body += x.plain ? R"(,"text":)" : R"(,"parse_mode":"HTML","text":)";
    append_json_string(result.body, x.plain
                                      ? cut(plain_text(content), max_visible, text_unit::utf16)
                                      : first.html + rest);
    result.body += '}';
    return wire_request{std::move(result)};
  }

  pause_names pauses() const override { return pauses_; }

  std::string hint(const outcome& x) const override {
    if (x.text.find("the chat is now") != std::string::npos)
      return "The group became a supergroup: enter its new chat id. A saved channel adopts it "
             "automatically when it next sends.";
    if (x.kind != outcome_class::dead_endpoint || x.stage != attempt_stage::accepted)
      return x.kind == outcome_class::rejected ? "Telegram does not accept this message."
                                               : adapter::hint(x);
    if (x.code == "401" || x.code == "404")
      return "Telegram does not know this bot: check the token that BotFather gave you.";
    if (x.text.find("chat not found") != std::string::npos)
      return "The bot does not know that chat: add it to the group, or write to it first.";
    if (x.text.find("thread") != std::string::npos)
      return "The group has no such topic: check the topic id.";
    return "The bot may not write there: unblock it, or add it to the group again.";
  }

protected:
  verdict classify_reply(const wire_reply& x, uint16_t) const override {
    verdict result;
    result.code = fmt::format("{}", x.code);
    auto reply = read_telegram_reply(x.body);
    if (x.code == 200 && reply.ok) {
      result.kind = outcome_class::delivered;
      return result;
    }
    result.text = reply.description.empty() ? x.body : reply.description;
    if (x.code == 400 && reply.migrate_to_chat_id) {
      result.kind = outcome_class::retry;
      result.cure = remedy::change_settings;
      result.settings_patch = fmt::format(R"({{"chat_id":{}}})", *reply.migrate_to_chat_id);
      result.text += fmt::format("; the chat is now {}", *reply.migrate_to_chat_id);
    } else if (x.code == 429) {
      auto wait = reply.retry_after ? clamp_pause(*reply.retry_after)
                                    : parse_retry_after(x.retry_after, x.received_at);
      result.kind = outcome_class::throttled;
      result.wait = wait.value_or(unnamed_pause);
      result.scope = pause_scope::unnamed;
    } else {
      result.kind = by_status(x.code, reply);
      if (x.code == 400 && reply.description.find(unparsed) != std::string::npos)
        result.cure = remedy::send_plain;
    }
    return result;
  }

  std::vector<std::string> secrets() const override { return secrets_; }

private:
  static outcome_class by_status(int status, const telegram_reply& reply) {
    switch (status) {
    case 400:
      return is_dead(reply.description) ? outcome_class::dead_endpoint : outcome_class::rejected;
    case 401:
    case 403:
    case 404:
    case 421:
      // A proxy in between answers such things too, but not in JSON.
      return reply.is_json ? outcome_class::dead_endpoint : outcome_class::retry;
    case 408: return outcome_class::retry;
    default: return status >= 500 ? outcome_class::retry : outcome_class::rejected;
    }
  }

  std::shared_ptr<const http_target> target_;
  /// The body up to the text, which is all that differs.
  std::string preamble_;
  pause_names pauses_;
  channel_templates templates_;
  std::vector<std::string> secrets_;
};

/// A chat's number, as JSON has it, or the name of a public one; nothing if `text` is neither.
std::optional<std::string> read_chat_id(const std::string& text) {
  static const std::regex name{"@[A-Za-z][A-Za-z0-9_]{3,31}"};
  if (std::regex_match(text, name))
    return text;
  int64_t number = 0;
  auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr int64_t limit = int64_t{1} << 52;
  if (ec != std::errc{} || end != text.data() + text.size() || number == 0 || number <= -limit
      || number >= limit)
    return std::nullopt;
  return fmt::format("{}", number);
}

} // namespace

std::unique_ptr<adapter> make_telegram(settings_reader& settings,
                                       const provider_endpoints& endpoints) {
  static const std::regex token_pattern{"([1-9][0-9]{3,15}):([A-Za-z0-9_-]{30,64})"};
  auto token = settings.required_text("bot_token", 80);
  std::smatch parts;
  std::vector<std::string> secrets;
  if (std::regex_match(token, parts, token_pattern))
    secrets = {token, parts[2]};
  else if (!token.empty())
    settings.complain("bot_token", "invalid", "a bot's token looks like 123456:ABC-DEF…");
  auto entered = settings.required_text_or_number("chat_id", 64);
  auto chat_id = read_chat_id(entered);
  if (!entered.empty() && !chat_id)
    settings.complain("chat_id", "invalid",
                      "a chat is a number, negative for groups, or @name for public ones");
  auto topic_id = settings.integer("topic_id", 1, std::numeric_limits<int32_t>::max());
  template_form line{template_kind::text, escape_html, max_headline,
                     text_unit::utf16,    true,        find_markup_fault};
  template_form text{template_kind::text, escape_html, max_own_text,
                     text_unit::utf16,    false,       find_markup_fault};
  channel_templates templates{settings, {{"subject", line}, {"body", text}}};
  return std::make_unique<telegram_adapter>(
    fmt::format("{}/bot{}/sendMessage", endpoints.telegram, token), chat_id.value_or(""), topic_id,
    std::move(templates), std::move(secrets));
}

} // namespace tocsin::channels
