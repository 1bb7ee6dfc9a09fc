#include "channels/slack.hpp"

#include "channels/channel_templates.hpp"
#include "channels/characters.hpp"
#include "channels/facts.hpp"
#include "channels/retry_after.hpp"
#include "channels/signature.hpp"
#include "channels/text_pipeline.hpp"
#include "channels/url_check.hpp"
#include "messages/json_string.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>

namespace tocsin::channels {

namespace {

// Limits of Block Kit (docs.slack.dev, "Reference: blocks"), in UTF-16 units to be on the safe
// side.
constexpr size_t max_section = 3000;
constexpr size_t max_field = 2000;
constexpr size_t max_section_fields = 10;
constexpr size_t max_context = 2000;
/// `text` is split up from about 4,000 on; a headline needs far less.
constexpr size_t max_text = 500;
constexpr size_t max_plain_text = 3900;
constexpr size_t max_field_label = 200;
/// Slack refuses messages whose blocks have more than about 13,200 characters together
/// (bolt-js#2509).
constexpr size_t max_all_blocks = 12'000;
/// A fact takes two fields, label and value: this many sections at most.
constexpr size_t max_fact_sections = 8;

std::string slack_text(std::string_view text, size_t limit) {
  return or_placeholder(cut_escaped(text, limit, text_unit::utf16, escape_entities), "-");
}

/// For text that Slack formats: entities, and the marks of formatting kept from taking effect by
/// a space without width, as there is no escape for them. Within a word they have none anyway.
std::string escape_marks(std::string_view text) {
  auto is_alphanumeric = [text](size_t i) {
    return i < text.size() && std::isalnum(static_cast<unsigned char>(text[i])) != 0;
  };
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    auto is_mark = c == '*' || c == '_' || c == '~' || c == '`';
    if (is_mark && !(i > 0 && is_alphanumeric(i - 1) && is_alphanumeric(i + 1)))
      result += fmt::format("\u200b{}\u200b", c);
    else
      result += c;
  }
  return escape_entities(result);
}

/// Writes the blocks of one message and counts what they hold.
class block_writer {
public:
  std::string out;

  void section(std::string_view text) {
    begin();
    out += R"({"type":"section","text":)";
    plain_text(slack_text(text, max_section));
    out += '}';
  }

  /// A section that Slack formats: what a template made.
  void formatted_section(const std::string& text) {
    begin();
    out += R"({"type":"section","text":)";
    used_ += measure(text, text_unit::utf16);
    append_mrkdwn(out, text);
    out += '}';
  }

  /// Writes as many of the facts as there is room for; returns how many.
  size_t facts(const std::vector<fact>& all) {
    size_t written = 0;
    for (size_t sections = 0; sections < max_fact_sections && written < all.size(); ++sections) {
      std::string fields;
      size_t count = 0;
      while (count < max_section_fields && written < all.size()) {
        auto label = or_placeholder(
          cut_escaped(all[written].label, max_field_label, text_unit::utf16, escape_marks), "-");
        auto value = slack_text(all[written].value, max_field);
        auto size = measure(label, text_unit::utf16) + measure(value, text_unit::utf16);
        if (used_ + size + max_context > max_all_blocks)
          break;
        used_ += size;
        fields += count == 0 ? "" : ",";
        append_mrkdwn(fields, fmt::format("*{}*", label));
        fields += ',';
        append_plain_text(fields, value);
        count += 2;
        ++written;
      }
      if (count == 0)
        break;
      begin();
      out += R"({"type":"section","fields":[)" + fields + "]}";
    }
    return written;
  }

  void context(std::string_view text) {
    begin();
    out += R"({"type":"context","elements":[)";
    plain_text(slack_text(text, max_context));
    out += "]}";
  }

private:
  void begin() {
    if (!out.empty())
      out += ',';
  }

  void plain_text(const std::string& text) {
    used_ += measure(text, text_unit::utf16);
    append_plain_text(out, text);
  }

  /// `verbatim` keeps Slack from making links and mentions of values.
  static void append_mrkdwn(std::string& to, const std::string& text) {
    to += R"({"type":"mrkdwn","verbatim":true,"text":)";
    append_json_string(to, text);
    to += '}';
  }

  static void append_plain_text(std::string& to, const std::string& text) {
    to += R"({"type":"plain_text","emoji":false,"text":)";
    append_json_string(to, text);
    to += '}';
  }

  size_t used_ = 0;
};

/// What a body of Slack's says, whatever the status beside it.
struct known_body {
  std::string_view text;
  outcome_class kind;
  remedy cure = remedy::none;
};

constexpr auto known_bodies = std::to_array<known_body>({
  {"invalid_payload", outcome_class::rejected},
  {"user_not_found", outcome_class::rejected},
  {"invalid_blocks", outcome_class::rejected, remedy::send_plain},
  {"no_text", outcome_class::rejected},
  {"too_many_attachments", outcome_class::rejected, remedy::send_plain},
  {"invalid_attachments", outcome_class::rejected, remedy::send_plain},
  {"msg_blocks_too_long", outcome_class::rejected, remedy::send_plain},
  {"action_prohibited", outcome_class::dead_endpoint},
  {"invalid_token", outcome_class::dead_endpoint},
  {"posting_to_general_channel_denied", outcome_class::dead_endpoint},
  {"channel_not_found", outcome_class::dead_endpoint},
  {"no_service", outcome_class::dead_endpoint},
  {"no_service_id", outcome_class::dead_endpoint},
  {"no_active_hooks", outcome_class::dead_endpoint},
  {"no_team", outcome_class::dead_endpoint},
  {"channel_is_archived", outcome_class::dead_endpoint},
  {"team_disabled", outcome_class::dead_endpoint},
});

const known_body* find_body(std::string_view text) {
  auto i = std::find_if(known_bodies.begin(), known_bodies.end(),
                        [text](auto& x) { return x.text == text; });
  return i == known_bodies.end() ? nullptr : &*i;
}

class slack_adapter : public adapter {
public:
  slack_adapter(std::string url, std::string channel, channel_templates templates,
                std::vector<std::string> secrets)
    : channel_{std::move(channel)}, templates_{std::move(templates)}, secrets_{std::move(secrets)} {
    auto target = std::make_shared<http_target>();
    target->url = std::move(url);
    target->headers
      = {"Content-Type: application/json; charset=utf-8", "User-Agent: Tocsin/" TOCSIN_VERSION};
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
    body = R"({"text":)";
    if (x.plain)
      append_json_string(body, plain_line(content));
    else
      append_json_string(body, own->subject ? *own->subject : headline_of(content));
    if (!channel_.empty()) {
      body += R"(,"channel":)";
      append_json_string(body, channel_);
    }
    body += R"(,"unfurl_links":false,"unfurl_media":false)";
    if (!x.plain)
      body += fmt::format(R"(,"attachments":[{{"color":"#{:06x}","blocks":[{}]}}])",
                          colour_of(content.severity), blocks_of(content, x, own->body));
    body += '}';
    return wire_request{std::move(result)};
  }

  pause_names pauses() const override { return {digest_name(target_->url), {}}; }

  std::string hint(const outcome& x) const override {
    if (x.code.ends_with("channel_is_archived"))
      return "The Slack channel is archived: choose another one for the webhook.";
    if (x.code.ends_with("action_prohibited") || x.code.ends_with("denied"))
      return "The workspace's administrators do not allow this webhook to post there.";
    if (x.kind == outcome_class::dead_endpoint && x.stage == attempt_stage::accepted)
      return "Slack does not know this webhook any more: make a new one and enter its URL.";
    if (x.kind == outcome_class::rejected)
      return "Slack does not accept this message.";
    return adapter::hint(x);
  }

protected:
  verdict classify_reply(const wire_reply& x, uint16_t refusal) const override {
    verdict result;
    auto body = trimmed(x.body);
    auto* known = find_body(body);
    result.code = fmt::format("{}", x.code);
    if (known)
      result.code += fmt::format(" {}", known->text);
    if (x.code == 200 && body == "ok") {
      result.kind = outcome_class::delivered;
      return result;
    }
    result.text = body;
    result.is_doubted = is_page(x) && refusal < refusal_believed;
    if (known) {
      result.kind = known->kind;
      result.cure = known->cure;
    } else if (x.code == 429) {
      result.kind = outcome_class::throttled;
      result.wait = parse_retry_after(x.retry_after, x.received_at).value_or(unnamed_pause);
    } else if (x.code == 410 && !result.is_doubted) {
      result.kind = outcome_class::dead_endpoint;
    } else if (result.is_doubted || x.code >= 500 || x.code == 408) {
      result.kind = outcome_class::retry;
    } else {
      // 200 without `ok` included: something took the request that is not Slack.
      result.kind = outcome_class::rejected;
    }
    return result;
  }

  std::vector<std::string> secrets() const override { return secrets_; }

private:
  /// Slack refuses in plain words; a refusal in HTML is one by a proxy in between.
  static bool is_page(const wire_reply& x) {
    return x.code >= 400 && x.code < 500 && x.code != 408 && x.code != 429
           && trimmed(x.body).starts_with('<');
  }

  static std::string headline_of(const message_content& x) {
    return fmt::format("*{}*", cut_escaped(x.headline, max_text, text_unit::utf16, escape_marks));
  }

  static std::string plain_line(const message_content& content) {
    return cut_escaped(plain_text(content), max_plain_text, text_unit::utf16, escape_marks);
  }

  static std::string blocks_of(const message_content& content, const render_context& x,
                               const std::optional<std::string>& own_body) {
    block_writer blocks;
    auto footer = fmt::format("{} · {}", x.public_name, x.event.value.type);
    if (own_body) {
      blocks.formatted_section(*own_body);
    } else {
      if (!content.message.empty())
        blocks.section(content.message);
      auto shown = blocks.facts(content.facts);
      if (auto missing = content.facts.size() - shown + content.omitted; missing > 0)
        footer += fmt::format(" · {} more not shown", missing);
    }
    blocks.context(clean_line(std::move(footer)));
    return std::move(blocks.out);
  }

  std::shared_ptr<const http_target> target_;
  std::string channel_;
  channel_templates templates_;
  std::vector<std::string> secrets_;
};

} // namespace

std::unique_ptr<adapter> make_slack(settings_reader& settings,
                                    const provider_endpoints& endpoints) {
  static const std::regex pattern{"https://hooks\\.slack(?:-gov)?\\.com(/services/T[A-Z0-9]{8,}/"
                                  "B[A-Z0-9]{8,}/([A-Za-z0-9]{20,}))"};
  auto url = settings.required_text("webhook_url", 512);
  std::smatch parts;
  std::vector<std::string> secrets;
  if (std::regex_match(url, parts, pattern))
    secrets = {url, parts[1], parts[2]};
  else if (!url.empty() && url.find("slack.com/") != std::string::npos
           && (url.find("/workflows/") != std::string::npos
               || url.find("/triggers/") != std::string::npos))
    settings.complain("webhook_url", "invalid",
                      "this is the URL of a Slack workflow; enter that of an incoming webhook, "
                      "https://hooks.slack.com/services/T…/B…/…");
  else if (!url.empty())
    settings.complain("webhook_url", "invalid",
                      "a Slack webhook is https://hooks.slack.com/services/T…/B…/…");
  // The governmental cloud has a separate host; another endpoint stands for both.
  if (endpoints.slack != provider_endpoints{}.slack && parts.size() > 1)
    url = endpoints.slack + parts[1].str();
  auto channel = settings.text("channel", 80);
  template_form line{template_kind::text, escape_marks, max_text, text_unit::utf16, true};
  template_form section{template_kind::text, escape_marks, max_section, text_unit::utf16};
  channel_templates templates{settings, {{"subject", line}, {"body", section}}};
  return std::make_unique<slack_adapter>(std::move(url), std::move(channel), std::move(templates),
                                         std::move(secrets));
}

} // namespace tocsin::channels
