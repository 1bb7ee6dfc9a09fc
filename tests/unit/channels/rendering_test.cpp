#include "channels/adapter.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/event_catalogue.hpp"
#include "tests/unit/channels/rendered_text.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <functional>
#include <string>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr timestamp rendered_at{1774794600s};

std::unique_ptr<adapter> sample(channel_type type) {
  switch (type) {
  case channel_type::email:
    return make_adapter(type, R"({"host":"mx","from":"a@example.com","to":["c@d"]})").value();
  case channel_type::slack:
    return make_adapter(
             type,
             R"({"webhook_url":"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd"})")
      .value();
  case channel_type::discord:
    return make_adapter(
             type, fmt::format(
                     R"({{"webhook_url":"https://discord.com/api/webhooks/12345678901234567/{}"}})",
                     std::string(68, 'a')))
      .value();
  case channel_type::telegram:
    return make_adapter(
             type,
             R"({"bot_token":"123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE","chat_id":-1001,"topic_id":5})")
      .value();
  case channel_type::webhook: break;
  }
  return make_adapter(channel_type::webhook, R"({"url":"https://example.com/"})").value();
}

http_request request_for(const adapter& x, const accepted_event& event) {
  auto id = *delivery_id::parse("01KMX00VJ0AW6K4PF4W75P6737");
  return std::get<http_request>(x.render({id, event, "", rendered_at}).value());
}

json::object body_for(channel_type type, const accepted_event& event) {
  return json::parse(request_for(*sample(type), event).body).as_object();
}

/// Calls `visit` with every string in `x` and the key it stands under.
void each_text(const json::value& x, const std::function<void(const std::string&)>& visit) {
  if (x.is_string())
    visit(text_of(x));
  if (x.is_array())
    for (auto& y : x.get_array())
      each_text(y, visit);
  if (x.is_object())
    for (auto& y : x.get_object())
      each_text(y.value(), visit);
}

TEST(slack_message, puts_the_outcome_on_top_and_the_rest_into_one_attachment) {
  auto body = body_for(channel_type::slack, sample_event());
  EXPECT_EQ(text_of(body["text"]), "*Deployment failed: my-app*");
  EXPECT_FALSE(body.contains("link_names"));
  EXPECT_FALSE(body.contains("channel"));
  EXPECT_EQ(body["unfurl_links"], false);
  auto& attachments = body["attachments"].as_array();
  ASSERT_EQ(attachments.size(), 1u);
  EXPECT_EQ(text_of(attachments[0].at("color")), "#d1453b");
  auto& blocks = attachments[0].at("blocks").as_array();
  EXPECT_EQ(json::serialize(blocks[0]),
            R"({"type":"section","text":{"type":"plain_text","emoji":false,"text":"It failed"}})");
  auto fields = json::serialize(blocks[1].at("fields"));
  EXPECT_THAT(fields,
              HasSubstr(R"({"type":"mrkdwn","verbatim":true,"text":"*Duration seconds*"})"));
  EXPECT_THAT(fields, HasSubstr(R"({"type":"plain_text","emoji":false,"text":"45.10"})"));
}

TEST(slack_message, names_the_channel_of_a_legacy_webhook) {
  auto made = make_adapter(
    channel_type::slack,
    R"({"webhook_url":"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd","channel":"#ops"})");
  auto event = sample_event();
  EXPECT_THAT(request_for(**made, event).body, HasSubstr(R"("channel":"#ops")"));
}

TEST(slack_message, keeps_every_limit_whatever_it_says) {
  for (auto& event : nasty_events()) {
    auto body = body_for(channel_type::slack, event);
    EXPECT_LE(measure(text_of(body["text"]), text_unit::utf16), 3000u);
    auto& blocks = body["attachments"].at(0).at("blocks").as_array();
    EXPECT_LE(blocks.size(), 50u);
    size_t total = 0;
    for (auto& block : blocks) {
      if (auto* text = block.as_object().if_contains("text")) {
        EXPECT_LE(measure(text_of(text->at("text")), text_unit::utf16), 3000u);
      }
      if (auto* fields = block.as_object().if_contains("fields")) {
        EXPECT_LE(fields->as_array().size(), 10u);
        for (auto& field : fields->as_array())
          EXPECT_LE(measure(text_of(field.at("text")), text_unit::utf16), 2000u);
      }
    }
    each_text(body["attachments"], [&](auto& text) { total += measure(text, text_unit::utf16); });
    EXPECT_LE(total, 13'200u);
    each_text(body, [](auto& text) {
      EXPECT_FALSE(text.empty());
      EXPECT_EQ(text.find('<'), std::string::npos) << text;
    });
  }
}

TEST(slack_message, formats_nothing_of_others) {
  auto event = sample_event();
  event.value.service = "*bold* my_app_1 ~s~";
  EXPECT_EQ(
    text_of(body_for(channel_type::slack, event)["text"]),
    "*Deployment failed: \u200b*\u200bbold\u200b*\u200b my_app_1 \u200b~\u200bs\u200b~\u200b*");
}

TEST(discord_message, has_a_line_and_one_embed_and_mentions_nobody) {
  auto request = request_for(*sample(channel_type::discord), sample_event());
  EXPECT_TRUE(request.target->url.ends_with("?wait=true"));
  auto body = json::parse(request.body).as_object();
  EXPECT_EQ(text_of(body["content"]), "Deployment failed: my-app");
  EXPECT_EQ(json::serialize(body["allowed_mentions"]), R"({"parse":[]})");
  ASSERT_EQ(body["embeds"].as_array().size(), 1u);
  auto& embed = body["embeds"].at(0).as_object();
  EXPECT_EQ(text_of(embed["description"]), "It failed");
  EXPECT_EQ(embed["color"], 0xd1453b);
  EXPECT_EQ(text_of(embed["timestamp"]), "2026-03-29T14:30:00Z");
  EXPECT_EQ(json::serialize(embed["fields"].at(3)),
            R"({"name":"Duration seconds","value":"45.10","inline":true})");
}

TEST(discord_message, keeps_every_limit_whatever_it_says) {
  auto count = [](const json::value& x) { return measure(text_of(x), text_unit::code_points); };
  for (auto& event : nasty_events()) {
    auto body = body_for(channel_type::discord, event);
    EXPECT_LE(count(body["content"]), 2000u);
    auto& embed = body["embeds"].at(0).as_object();
    size_t total = count(embed["footer"].at("text"));
    if (auto* description = embed.if_contains("description")) {
      EXPECT_LE(count(*description), 4096u);
      total += count(*description);
    }
    auto& fields = embed["fields"].as_array();
    EXPECT_LE(fields.size(), 25u);
    for (auto& field : fields) {
      EXPECT_LE(count(field.at("name")), 256u);
      EXPECT_LE(count(field.at("value")), 1024u);
      EXPECT_GE(count(field.at("name")), 1u);
      EXPECT_GE(count(field.at("value")), 1u);
      total += count(field.at("name")) + count(field.at("value"));
    }
    EXPECT_LE(total, 6000u);
  }
}

TEST(discord_message, gives_a_long_message_all_the_room_there_is) {
  auto event = sample_event();
  event.value.message = std::string(10'000, 'a');
  auto embed = body_for(channel_type::discord, event)["embeds"].at(0).as_object();
  EXPECT_EQ(measure(text_of(embed["description"]), text_unit::code_points), 4096u);
  EXPECT_EQ(embed["fields"].as_array().size(), 5u);
}

TEST(telegram_message, is_html_with_a_topic_and_no_preview) {
  auto body = body_for(channel_type::telegram, sample_event());
  EXPECT_EQ(body["chat_id"], -1001);
  EXPECT_EQ(body["message_thread_id"], 5);
  EXPECT_EQ(text_of(body["parse_mode"]), "HTML");
  EXPECT_EQ(json::serialize(body["link_preview_options"]), R"({"is_disabled":true})");
  EXPECT_EQ(text_of(body["text"]),
            "❌ <b>Deployment failed: my-app</b>\n\nIt failed\n\n<b>Service</b>: my-app\n"
            "<b>Customer</b>: Acme Corp\n<b>Image</b>: myapp:latest\n"
            "<b>Duration seconds</b>: 45.10\n<b>Time</b>: 2026-03-29 14:30:00 UTC");
}

/// What a Telegram client shows of HTML: fails on anything but our own tags, properly nested.
std::string visible(const std::string& html) {
  std::string result;
  std::string open;
  for (size_t i = 0; i < html.size();) {
    auto rest = std::string_view{html}.substr(i);
    if (rest.front() == '<') {
      auto tag = rest.substr(0, rest.find('>') + 1);
      if (tag == "<b>" || tag == "<i>") {
        EXPECT_EQ(open, "");
        open = tag[1];
      } else {
        EXPECT_EQ(tag, "</" + open + ">");
        open.clear();
      }
      i += tag.size();
    } else if (rest.front() == '&') {
      auto entity = rest.substr(0, rest.find(';') + 1);
      EXPECT_THAT((std::vector<std::string_view>{"&lt;", "&gt;", "&amp;"}), Contains(entity));
      result += entity == "&lt;" ? '<' : entity == "&gt;" ? '>' : '&';
      i += entity.size();
    } else {
      result += html[i++];
    }
  }
  EXPECT_EQ(open, "");
  return result;
}

TEST(telegram_message, keeps_every_limit_whatever_it_says) {
  for (auto& event : nasty_events()) {
    auto text = text_of(body_for(channel_type::telegram, event)["text"]);
    EXPECT_LE(text.size(), 32'768u);
    EXPECT_LE(measure(visible(text), text_unit::utf16), 4096u);
  }
}

TEST(telegram_message, fills_4096_units_with_a_long_message) {
  auto event = sample_event();
  event.value.message = std::string(10'000, 'a');
  auto shown = visible(text_of(body_for(channel_type::telegram, event)["text"]));
  EXPECT_GE(measure(shown, text_unit::utf16), 4090u);
  EXPECT_THAT(shown, HasSubstr("Duration seconds: 45.10"));
}

TEST(telegram_message, takes_public_names) {
  auto made = make_adapter(
    channel_type::telegram,
    R"({"bot_token":"123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE","chat_id":"@my_channel"})");
  EXPECT_THAT(request_for(**made, sample_event()).body, StartsWith(R"({"chat_id":"@my_channel",)"));
}

TEST(telegram_message, writes_the_number_of_a_chat_as_json_has_it) {
  for (auto [entered, written] : {std::pair{"007", 7}, std::pair{"-00123", -123}}) {
    auto made = make_adapter(
      channel_type::telegram,
      fmt::format(R"({{"bot_token":"123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE","chat_id":"{}"}})",
                  entered));
    ASSERT_TRUE(made);
    EXPECT_EQ(json::parse(request_for(**made, sample_event()).body).as_object()["chat_id"],
              written);
  }
}

std::string header_of(const http_request& x, std::string_view name) {
  std::string result;
  for (auto* headers : {&x.target->headers, &x.headers})
    for (auto& header : *headers)
      if (header.starts_with(std::string{name} + ": "))
        result += header.substr(name.size() + 2);
  return result;
}

TEST(webhook_message, is_the_event_as_it_came) {
  auto event = sample_event();
  auto request = request_for(*sample(channel_type::webhook), event);
  EXPECT_EQ(
    request.body,
    R"({"event":"deploy.failure","service":"my-app","customer":"Acme Corp",)"
    R"("timestamp":"2026-03-29T14:30:00Z","message":"It failed",)"
    R"("details":{"image":"myapp:latest","duration_seconds":45.10},"id":"01KMX00VJ0AW6K4PF4W75P6736"})");
  EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
  EXPECT_THAT(header_of(request, "User-Agent"), StartsWith("Tocsin/"));
  EXPECT_EQ(header_of(request, "webhook-id"), "01KMX00VJ0AW6K4PF4W75P6737");
  EXPECT_EQ(header_of(request, "webhook-timestamp"), "1774794600");
  EXPECT_EQ(header_of(request, "webhook-signature"), "");
  event.value.id = "panel-17";
  EXPECT_THAT(request_for(*sample(channel_type::webhook), event).body,
              HasSubstr(R"("id":"panel-17")"));
}

TEST(webhook_message, passes_texts_unchanged_and_repairs_what_is_no_utf_8) {
  for (auto text : {"<!channel> & *b* {{x}} %s", "a\n.\nb", "\U0001F680 é مرحبا"}) {
    auto event = sample_event();
    event.value.message = text;
    EXPECT_EQ(text_of(body_for(channel_type::webhook, event)["message"]), text);
  }
  auto event = sample_event();
  event.value.message = "\xc3\x28";
  EXPECT_EQ(text_of(body_for(channel_type::webhook, event)["message"]), "\ufffd(");
}

TEST(webhook_message, is_signed_both_ways) {
  auto made = make_adapter(
    channel_type::webhook,
    R"({"url":"https://example.com/","secret":"It's","previous_secret":"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"})");
  auto request = request_for(**made, sample_event());
  // Recomputed with Python: hmac.new(b"It's", body, "sha256") and the scheme of Standard Webhooks.
  EXPECT_EQ(header_of(request, "X-Signature-256"),
            "sha256=54689e593644e26f659b813af7a28fd4aee7941787bbfe281ca551a95f5d703f");
  EXPECT_EQ(header_of(request, "webhook-signature"),
            "v1,8mbZHqS2QLIZed7ZyZOaSctwIY138rxABbwqA3yHA3k= "
            "v1,pu5dgjtzCmiL+I0x7efa/BhSBBisnzdncYGm0I7bWqI=");
}

TEST(webhook_message, is_signed_by_the_old_secret_until_it_ends) {
  auto made = make_adapter(
    channel_type::webhook,
    R"({"url":"https://example.com/","secret":"new","previous_secret":"old","previous_secret_expires_at":"2026-03-29T14:30:00Z"})");
  auto event = sample_event();
  auto signatures_at = [&](timestamp at) {
    auto request = std::get<http_request>((*made)->render({{}, event, "", at}).value());
    auto all = header_of(request, "webhook-signature");
    return std::count(all.begin(), all.end(), ',');
  };
  EXPECT_EQ(signatures_at(rendered_at - 1ms), 2);
  EXPECT_EQ(signatures_at(rendered_at), 1);
  EXPECT_EQ(signatures_at(rendered_at + 1h), 1);
}

TEST(webhook_message, bears_the_headers_that_are_set) {
  auto made = make_adapter(
    channel_type::webhook,
    R"({"url":"https://example.com/","headers":{"X-Key":" padded ","X-Empty":"","content-type":"application/cloudevents+json"}})");
  auto request = request_for(**made, sample_event());
  EXPECT_THAT(request.target->headers, Contains("X-Key: padded"));
  EXPECT_THAT(request.target->headers, Contains("X-Empty;"));
  EXPECT_THAT(request.target->headers, Contains("content-type: application/cloudevents+json"));
  EXPECT_THAT(request.target->headers, Not(Contains("Content-Type: application/json")));
}

TEST(webhook_message, is_bound_to_the_rules_of_its_owner) {
  auto made = make_adapter(channel_type::webhook, R"({"url":"https://example.com/"})", {},
                           address_rules::public_only());
  EXPECT_EQ(request_for(**made, sample_event()).target->rules, address_rules::public_only());
}

TEST(every_message, has_room_for_the_echo_of_providers_alone_that_send_one) {
  auto event = sample_event();
  auto room
    = [&](channel_type type) { return request_for(*sample(type), event).target->max_reply_bytes; };
  EXPECT_EQ(room(channel_type::discord), echo_reply_bytes);
  EXPECT_EQ(room(channel_type::telegram), echo_reply_bytes);
  EXPECT_EQ(room(channel_type::slack), http_target{}.max_reply_bytes);
  EXPECT_EQ(room(channel_type::webhook), http_target{}.max_reply_bytes);
}

TEST(every_message, bears_the_name_that_the_service_goes_by) {
  for (auto type : {channel_type::slack, channel_type::discord}) {
    auto x = sample(type);
    x->set_public_name("Acme Alerts");
    EXPECT_THAT(request_for(*x, sample_event()).body, HasSubstr("Acme Alerts · deploy.failure"));
  }
  auto own
    = make_adapter(
        channel_type::webhook,
        R"({"url":"https://example.com/","templates":{"*":{"body":"{\"from\":\"{{public_name}}\"}"}}})")
        .value();
  EXPECT_EQ(request_for(*own, sample_event()).body, R"({"from":"Tocsin"})");
  own->set_public_name("Acme Alerts");
  EXPECT_EQ(request_for(*own, sample_event()).body, R"({"from":"Acme Alerts"})");
  auto mail = sample(channel_type::email);
  mail->set_public_name("Acme Alerts");
  auto shown = mail->preview(
    {*delivery_id::parse("01KMX00VJ0AW6K4PF4W75P6737"), sample_event(), "c@d", rendered_at});
  ASSERT_TRUE(shown);
  EXPECT_THAT(shown->body, HasSubstr("Sent by Acme Alerts · event"));
}

TEST(mail_message, hangs_together_by_service_and_family) {
  auto reference = [](std::string type, std::string service) {
    auto event = sample_event();
    event.value.type = std::move(type);
    event.value.service = std::move(service);
    auto made = sample(channel_type::email);
    auto mail
      = std::get<smtp_request>(made->render({{}, event, "c@d", rendered_at}).value()).message;
    auto at = mail.find("References: ");
    return mail.substr(at, mail.find("\r\n", at) - at);
  };
  EXPECT_EQ(reference("service.health.down", "a"), reference("service.health.recovered", "a"));
  EXPECT_NE(reference("service.health.down", "a"), reference("service.health.down", "b"));
  EXPECT_NE(reference("service.health.down", "a"), reference("deploy.failure", "a"));
}

TEST(mail_message, is_refused_to_what_is_no_address) {
  auto event = sample_event();
  for (auto bad : {"nobody", "a@b>\r\nRCPT TO:<c@d"}) {
    auto result = sample(channel_type::email)->render({{}, event, bad, rendered_at});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, errc::invalid_argument);
  }
}

TEST(mail_message, goes_to_all_addresses_of_the_channel_where_none_is_named) {
  auto event = sample_event();
  auto mail = make_adapter(channel_type::email,
                           R"({"host":"mx","from":"a@b","to":["c@d","Night shift <e@f>"]})")
                .value();
  auto request = std::get<smtp_request>(mail->render({{}, event, "", rendered_at}).value());
  EXPECT_THAT(request.to, ElementsAre("c@d", "e@f"));
  EXPECT_THAT(request.message, HasSubstr("\r\nTo: c@d,\r\n \"Night shift\" <e@f>\r\n"));
  auto shown = mail->preview({{}, event, "", rendered_at}).value();
  EXPECT_THAT(shown.headers, Contains(std::pair{"To", "c@d, Night shift <e@f>"}));
}

TEST(every_message, leads_with_the_outcome_for_every_type_of_the_catalogue) {
  for (auto& type : event_catalogue()) {
    auto event = sample_event();
    event.value.type = type.name;
    for (auto channel : {channel_type::slack, channel_type::discord, channel_type::telegram})
      EXPECT_THAT(request_for(*sample(channel), event).body,
                  HasSubstr(std::string{type.title} + ": my-app"));
    auto mail = sample(channel_type::email)->render({{}, event, "c@d", rendered_at}).value();
    EXPECT_THAT(std::get<smtp_request>(mail).message,
                HasSubstr(fmt::format("Subject: {}: my-app (Acme Corp)\r\n", type.title)));
  }
}

TEST(every_message, is_made_of_an_empty_event_too) {
  accepted_event event;
  for (auto channel :
       {channel_type::slack, channel_type::discord, channel_type::telegram, channel_type::webhook})
    EXPECT_NO_THROW(body_for(channel, event));
  EXPECT_TRUE(sample(channel_type::email)->render({{}, event, "c@d", rendered_at}));
}

} // namespace

} // namespace tocsin::channels
