#include "channels/discord.hpp"

#include "channels/channel_templates.hpp"
#include "channels/facts.hpp"
#include "channels/retry_after.hpp"
#include "channels/signature.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/json_string.hpp"
#include "messages/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

// Limits of the API (developers/resources/message), in code points (discord-api-docs#1315).
constexpr size_t max_content = 2000;
constexpr size_t max_embed_description = 4096;
constexpr size_t max_embed_fields = 25;
constexpr size_t max_field_name = 256;
constexpr size_t max_field_value = 1024;
/// All texts of all embeds of a message together.
constexpr size_t max_embed = 6000;
/// Up to here values stand side by side.
constexpr size_t max_inline_value = 40;

/// Stands for nothing where something is required.
constexpr std::string_view zero_width_space = "\xe2\x80\x8b";

/// The address of Discord's front door is blocked, or floods; it speaks HTML.
constexpr std::chrono::seconds front_door_pause{600};

std::string discord_text(std::string_view text, size_t limit) {
  return or_placeholder(cut_escaped(text, limit, text_unit::code_points, escape_discord),
                        zero_width_space);
}

/// Discord's JSON codes by what they mean; their HTTP status is not documented.
struct code_meaning {
  int64_t code;
  outcome_class kind;
  remedy cure = remedy::none;
};

constexpr auto code_meanings = std::to_array<code_meaning>({
  {10015, outcome_class::dead_endpoint},  // unknown webhook
  {50027, outcome_class::dead_endpoint},  // invalid webhook token
  {10016, outcome_class::dead_endpoint},  // unknown webhook service
  {10003, outcome_class::dead_endpoint},  // unknown channel
  {10004, outcome_class::dead_endpoint},  // unknown guild
  {50013, outcome_class::dead_endpoint},  // missing permissions
  {50001, outcome_class::dead_endpoint},  // missing access
  {160005, outcome_class::dead_endpoint}, // thread locked
  {50083, outcome_class::dead_endpoint},  // thread archived
  // Invalid form body, empty message, invalid JSON; 0 says nothing more than the status.
  {50035, outcome_class::rejected, remedy::send_plain},
  {50006, outcome_class::rejected, remedy::send_plain},
  {50109, outcome_class::rejected, remedy::send_plain},
  {40005, outcome_class::rejected},  // too large
  {200000, outcome_class::rejected}, // blocked by AutoMod
  {240000, outcome_class::rejected}, // harmful link
  {220001, outcome_class::rejected}, // forum channels need a thread
  {220002, outcome_class::rejected},
  {220003, outcome_class::rejected},
  {220004, outcome_class::rejected},
  {40058, outcome_class::rejected},
  {40067, outcome_class::rejected}, // a tag is required
  {40004, outcome_class::retry},    // sending is switched off for a while
  {40006, outcome_class::retry},    // feature is switched off for a while
  {40062, outcome_class::retry},    // service resource is being rate limited
  {110001, outcome_class::retry},   // application not available yet
  {130000, outcome_class::retry},   // API resource overloaded
  {20016, outcome_class::retry},    // slow mode
  {20028, outcome_class::retry},    // channel write rate limit
  {20029, outcome_class::retry},    // server write rate limit
  {50024, outcome_class::rejected}, // wrong type of channel
  {50008, outcome_class::rejected}, // cannot send into a voice channel
});

/// What a reply's body says, as far as it is known.
struct discord_reply {
  bool is_json = false;
  int64_t code = 0;
  std::string message;
  std::optional<double> retry_after;
  /// The rate limit is that of the address, not of the webhook.
  bool global = false;
};

discord_reply read_discord_reply(std::string_view body) {
  discord_reply result;
  json::error_code ec;
  auto value = json::parse({body.data(), body.size()}, ec);
  if (ec || !value.is_object())
    return result;
  result.is_json = true;
  auto& object = value.get_object();
  if (auto* x = object.if_contains("code"); x && x->is_int64())
    result.code = x->get_int64();
  if (auto* x = object.if_contains("message"); x && x->is_string())
    result.message.assign(x->get_string().data(), x->get_string().size());
  if (auto* x = object.if_contains("retry_after"); x && x->is_number())
    result.retry_after = x->to_number<double>(ec);
  if (auto* x = object.if_contains("global"))
    result.global = x->is_bool() && x->get_bool();
  // The form errors are nested; the words of the first one say the most.
  if (auto* x = object.if_contains("errors"))
    result.message += " " + json::serialize(*x);
  return result;
}

/// As many facts as there is room for, as the fields of an embed.
struct embed_fields {
  std::string json;
  size_t count = 0;
  size_t size = 0;
};

embed_fields fields_of(const std::vector<fact>& facts, size_t room) {
  embed_fields result;
  for (auto& fact : facts) {
    auto name = discord_text(fact.label, max_field_name);
    auto value = discord_text(fact.value, max_field_value);
    auto value_size = measure(value, text_unit::code_points);
    auto size = measure(name, text_unit::code_points) + value_size;
    if (result.count == max_embed_fields || result.size + size > room)
      break;
    result.size += size;
    result.json += result.count++ == 0 ? R"({"name":)" : R"(,{"name":)";
    append_json_string(result.json, name);
    result.json += R"(,"value":)";
    append_json_string(result.json, value);
    result.json += value_size <= max_inline_value ? R"(,"inline":true})" : "}";
  }
  return result;
}

class discord_adapter : public adapter {
public:
  discord_adapter(std::string url, channel_templates templates, std::vector<std::string> secrets)
    : templates_{std::move(templates)}, secrets_{std::move(secrets)} {
    auto target = std::make_shared<http_target>();
    target->url = std::move(url);
    target->max_reply_bytes = echo_reply_bytes;
    // The form of the name is the one that Discord asks for; others risk Cloudflare's refusal.
    target->headers
      = {"Content-Type: application/json", "User-Agent: DiscordBot (tocsin, " TOCSIN_VERSION ")"};
    target_ = std::move(target);
  }

  expected<wire_request> make_request(const render_context& x) const override {
    auto content = content_of(x.event);
    auto own = templates_.fill_texts(x, content);
    if (!own)
      return own.error();
    http_request result;
    result.target = target_;
    auto& body = result.body;
    body = R"({"content":)";
    append_json_string(body, x.plain        ? discord_text(plain_text(content), max_content)
                             : own->subject ? *own->subject
                                            : discord_text(content.headline, max_content));
    body += R"(,"allowed_mentions":{"parse":[]})";
    if (!x.plain)
      append_embed(body, content, x, own->body);
    body += '}';
    return wire_request{std::move(result)};
  }

  // Discord knows senders without a login by their address alone.
  pause_names pauses() const override {
    return {digest_name(target_->url.substr(0, target_->url.find('?'))), "discord"};
  }

  std::string hint(const outcome& x) const override {
    if (x.code.ends_with(" 10015") || x.code.ends_with(" 50027"))
      return "Discord does not know this webhook any more: make a new one and enter its URL.";
    if (x.code.ends_with(" 220001") || x.code.ends_with(" 220003"))
      return "The webhook belongs to a forum channel: enter the id of a thread.";
    if (x.kind == outcome_class::dead_endpoint && x.stage == attempt_stage::accepted)
      return "The webhook may not post there: check the channel and its thread.";
    if (x.kind == outcome_class::rejected)
      return "Discord does not accept this message.";
    return adapter::hint(x);
  }

protected:
  verdict classify_reply(const wire_reply& x, uint16_t) const override {
    verdict result;
    result.code = fmt::format("{}", x.code);
    auto reply = read_discord_reply(x.body);
    // 200 without the saved message: something took the request that is not Discord.
    if ((x.code == 200 && reply.is_json) || x.code == 204) {
      result.kind = outcome_class::delivered;
      return result;
    }
    if (reply.code != 0)
      result.code += fmt::format(" {}", reply.code);
    result.text = reply.message.empty() ? x.body : reply.message;
    auto* known = std::find_if(code_meanings.begin(), code_meanings.end(),
                               [&](auto& y) { return y.code == reply.code; });
    // A body that broke off does not say whom it means.
    auto is_whole = x.fault == wire_fault::none;
    if (is_whole && (x.code == 429 || x.code == 403) && !reply.is_json) {
      auto wait = parse_retry_after(x.retry_after, x.received_at).value_or(front_door_pause);
      throttle(result, std::max(wait, front_door_pause), pause_scope::sender);
    } else if (reply.code == 40333) {
      throttle(result, front_door_pause, pause_scope::sender);
    } else if (x.code == 429) {
      auto wait = reply.retry_after ? clamp_pause(*reply.retry_after)
                                    : parse_retry_after(x.retry_after, x.received_at);
      throttle(result, wait.value_or(unnamed_pause),
               reply.global ? pause_scope::sender : pause_scope::endpoint);
    } else if (known != code_meanings.end()) {
      result.kind = known->kind;
      result.cure = known->cure;
    } else {
      result.kind = by_status(x, reply);
      if (x.code == 400)
        result.cure = remedy::send_plain;
    }
    return result;
  }

  std::vector<std::string> secrets() const override { return secrets_; }

private:
  static void throttle(verdict& x, std::chrono::seconds wait, pause_scope scope) {
    x.kind = outcome_class::throttled;
    x.wait = wait;
    x.scope = scope;
  }

  static void append_embed(std::string& body, const message_content& content,
                           const render_context& x, const std::optional<std::string>& own_body) {
    body += R"(,"embeds":[{)";
    auto footer = cut(clean_line(fmt::format("{} · {}", x.public_name, x.event.value.type)), 200,
                      text_unit::code_points);
    if (own_body) {
      body += R"("description":)";
      append_json_string(body, *own_body);
      body += fmt::format(R"(,"color":{})", colour_of(content.severity));
    } else {
      append_content(body, footer, content);
    }
    body += R"(,"footer":{"text":)";
    append_json_string(body, footer);
    body += R"(},"timestamp":)";
    auto at = parse_rfc3339(x.event.value.timestamp).value_or(x.event.accepted_at);
    append_json_string(body, to_rfc3339(at));
    body += "}]";
  }

  /// Writes message, colour and facts; says in the footer how many facts are missing.
  static void append_content(std::string& body, std::string& footer,
                             const message_content& content) {
    auto room = max_embed - measure(footer, text_unit::code_points) - kept_for_marker;
    auto description = discord_text(content.message, max_embed_description);
    auto wanted = measure(description, text_unit::code_points);
    auto fields = fields_of(content.facts, std::max(kept_for_facts, room - wanted));
    if (!content.message.empty()) {
      body += R"("description":)";
      append_json_string(
        body, discord_text(content.message, std::min(max_embed_description, room - fields.size)));
      body += ',';
    }
    body += fmt::format(R"("color":{},"fields":[{}])", colour_of(content.severity), fields.json);
    if (auto missing = content.facts.size() - fields.count + content.omitted; missing > 0)
      footer += fmt::format(" · {} more not shown", missing);
  }

  static outcome_class by_status(const wire_reply& x, const discord_reply& reply) {
    auto status = x.code;
    // What a proxy in between says in its own words is not about the webhook.
    if (status == 401 || status == 404)
      return reply.is_json || x.body.empty() ? outcome_class::dead_endpoint : outcome_class::retry;
    return status >= 500 || status == 408 ? outcome_class::retry : outcome_class::rejected;
  }

  std::shared_ptr<const http_target> target_;
  channel_templates templates_;
  std::vector<std::string> secrets_;
};

} // namespace

std::unique_ptr<adapter> make_discord(settings_reader& settings,
                                      const provider_endpoints& endpoints) {
  static const std::regex pattern{
    "https://(?:(?:canary|ptb)\\.)?discord(?:app)?\\.com/api/(?:v[0-9]{1,2}/)?"
    "webhooks/([0-9]{17,20})/([A-Za-z0-9_-]{60,120})/?"};
  auto entered = settings.required_text("webhook_url", 512);
  std::smatch parts;
  std::string url;
  std::vector<std::string> secrets;
  if (std::regex_match(entered, parts, pattern)) {
    url = fmt::format("{}/api/v10/webhooks/{}/{}?wait=true", endpoints.discord, parts[1].str(),
                      parts[2].str());
    secrets = {entered, url, parts[2]};
  } else if (!entered.empty()) {
    settings.complain("webhook_url", "invalid",
                      "a Discord webhook is https://discord.com/api/webhooks/NUMBER/TOKEN");
  }
  if (auto thread = settings.integer("thread_id", 1, std::numeric_limits<int64_t>::max()))
    url += fmt::format("&thread_id={}", *thread);
  template_form line{template_kind::text, escape_discord, max_content, text_unit::code_points,
                     true};
  template_form text{template_kind::text, escape_discord, max_embed_description,
                     text_unit::code_points};
  channel_templates templates{settings, {{"subject", line}, {"body", text}}};
  return std::make_unique<discord_adapter>(std::move(url), std::move(templates),
                                           std::move(secrets));
}

} // namespace tocsin::channels
