#include "channels/email_message.hpp"
#include "messages/event_json.hpp"
#include "policy/event_rules.hpp"
#include "tests/integration/channels/mail_reader.hpp"
#include "tests/integration/channels/nasty_inputs.hpp"
#include "tests/integration/channels/standin_channel.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <gmock/gmock.h>

#include <string>
#include <tuple>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string body_of(std::string_view title, std::string_view message, std::string_view details) {
  return fmt::format(R"({{"event":"deploy.failure","service":"{}","customer":"Acme Corp",)"
                     R"("timestamp":"2026-03-29T14:30:00Z","message":"{}","details":{}}})",
                     title, message, details);
}

/// The event as it comes through the door.
accepted_event admitted(std::string_view body, bool is_refused) {
  accepted_event result;
  result.id = *event_id::parse("01KMX00VJ0AW6K4PF4W75P6736");
  result.accepted_at = timestamp{std::chrono::seconds{1774794600}};
  result.value = std::move(parse_events(body).value().events.at(0));
  std::vector<std::string> faults;
  for (auto& x : policy::admit_event(result.value, result.accepted_at, ""))
    faults.push_back(x.code);
  if (is_refused)
    EXPECT_THAT(faults, ElementsAre("too_long"));
  else
    EXPECT_THAT(faults, ElementsAre());
  return result;
}

template <class Row>
class before_the_standin : public ::testing::TestWithParam<std::tuple<Row, channel_type>> {
protected:
  static const Row& row() {
    return std::get<0>(::testing::TestWithParam<std::tuple<Row, channel_type>>::GetParam());
  }
  static channel_type type() {
    return std::get<1>(::testing::TestWithParam<std::tuple<Row, channel_type>>::GetParam());
  }

  /// Sends and gives the body that the stand-in accepted; empty if it did not.
  std::string accepted_body(const accepted_event& event) {
    standin_channel channel{type()};
    auto result = channel.send(event);
    EXPECT_EQ(to_string(result.kind), "delivered") << result.code << ' ' << result.text;
    for (auto& refused : channel.providers.refused())
      ADD_FAILURE() << refused.reason;
    auto received = channel.providers.received();
    EXPECT_EQ(received.size(), 1u);
    return received.empty() ? std::string{} : received.front().body;
  }
};

std::string text_of(const json::value& x) {
  return json::value_to<std::string>(x);
}

class nasty_input : public before_the_standin<nasty_row> {
protected:
  static std::string headline(const std::string& title) {
    return "Deployment failed" + (title.empty() ? "" : ": " + title);
  }

  static void expect_mail(const std::string& raw) {
    EXPECT_THAT(raw, Not(HasSubstr("\r\n.\r\n")));
    auto mail = read_mail(raw);
    EXPECT_EQ(mail.subject, headline(row().mail.title) + " (Acme Corp)");
    EXPECT_THAT(mail.text,
                StartsWith(headline(row().mail.title) + "\n\n" + row().mail.message + "\n\n"));
    EXPECT_THAT(mail.html, HasSubstr("<p dir=\"auto\">" + row().html + "</p>\n"));
  }

  static void expect_slack(const json::object& body) {
    EXPECT_EQ(text_of(body.at("text")), "*" + headline(row().slack.title) + "*");
    EXPECT_FALSE(body.contains("link_names"));
    auto& blocks = body.at("attachments").at(0).at("blocks").as_array();
    EXPECT_EQ(text_of(blocks.at(0).at("text").at("type")), "plain_text");
    EXPECT_EQ(text_of(blocks.at(0).at("text").at("text")), row().slack.message);
  }

  static void expect_discord(const json::object& body) {
    EXPECT_EQ(text_of(body.at("content")), headline(row().discord.title));
    EXPECT_EQ(text_of(body.at("embeds").at(0).at("description")), row().discord.message);
    EXPECT_TRUE(body.at("allowed_mentions").at("parse").as_array().empty());
  }

  static void expect_telegram(const json::object& body) {
    EXPECT_THAT(text_of(body.at("text")),
                StartsWith(fmt::format("❌ <b>{}</b>\n\n{}\n\n<b>", headline(row().telegram.title),
                                       row().telegram.message)));
  }

  static void expect_webhook(const json::object& body) {
    auto& service = body.at("service");
    EXPECT_EQ(service.is_null() ? std::string{} : text_of(service), row().webhook.title);
    EXPECT_EQ(text_of(body.at("message")), row().webhook.message);
  }
};

TEST_P(nasty_input, arrives_as_the_table_says) {
  auto body = accepted_body(admitted(body_of(row().title, row().message, "{}"), row().is_refused));
  switch (type()) {
  case channel_type::email: return expect_mail(body);
  case channel_type::slack: return expect_slack(json::parse(body).as_object());
  case channel_type::discord: return expect_discord(json::parse(body).as_object());
  case channel_type::telegram: return expect_telegram(json::parse(body).as_object());
  case channel_type::webhook: return expect_webhook(json::parse(body).as_object());
  }
}

constexpr auto every_channel = {channel_type::email, channel_type::slack, channel_type::discord,
                                channel_type::telegram, channel_type::webhook};

template <class Row>
std::string name_of(const ::testing::TestParamInfo<std::tuple<Row, channel_type>>& x) {
  return fmt::format("{}_{}", std::get<0>(x.param).name, to_string(std::get<1>(x.param)));
}

INSTANTIATE_TEST_SUITE_P(rows, nasty_input,
                         ::testing::Combine(::testing::ValuesIn(nasty_rows()),
                                            ::testing::ValuesIn(every_channel)),
                         name_of<nasty_row>);

class nasty_details : public before_the_standin<nasty_details_row> {};

TEST_P(nasty_details, arrive_as_the_table_says) {
  auto body = accepted_body(admitted(body_of("my-app", "plain", row().details), row().is_refused));
  switch (type()) {
  case channel_type::email: {
    auto mail = read_mail(body);
    EXPECT_THAT(mail.text, HasSubstr(row().mail));
    EXPECT_THAT(mail.html, Not(HasSubstr("href")));
    break;
  }
  case channel_type::slack: EXPECT_THAT(body, HasSubstr(row().slack)); break;
  case channel_type::discord: EXPECT_THAT(body, HasSubstr(row().discord)); break;
  case channel_type::telegram: {
    auto text = text_of(json::parse(body).at("text"));
    EXPECT_THAT(text, HasSubstr(row().telegram));
    EXPECT_THAT(text, Not(HasSubstr("<a")));
    break;
  }
  case channel_type::webhook: EXPECT_THAT(body, HasSubstr(row().webhook)); break;
  }
  // No value becomes a link or a button; a webhook passes on the sender's own `url`.
  if (type() != channel_type::webhook) {
    EXPECT_THAT(body, Not(HasSubstr(R"("url":)")));
    EXPECT_THAT(body, Not(HasSubstr(R"("button")")));
  }
}

INSTANTIATE_TEST_SUITE_P(rows, nasty_details,
                         ::testing::Combine(::testing::ValuesIn(nasty_details_rows()),
                                            ::testing::ValuesIn(every_channel)),
                         name_of<nasty_details_row>);

// Row 7.
TEST(nasty_recipient, is_refused_when_it_is_set) {
  auto made = make_adapter(channel_type::email,
                           R"({"host":"mx","from":"a@b","to":["a@b>\r\nRCPT TO:<c@d"]})");
  ASSERT_FALSE(made);
  ASSERT_EQ(made.error().fields.size(), 1u);
  EXPECT_EQ(made.error().fields[0].pointer, "/settings/to/0");
}

// Row 23: events always have an outcome to lead with, and so does every subject made of them; this
// is the last resort.
TEST(blank_subject, is_never_sent_as_such) {
  auto event = sample_event();
  render_context context{delivery_id{event.id.plus(1)}, event, "ops@example.com",
                         event.accepted_at};
  for (auto subject : {"", "   ", "\u200b\u2060", "\u00a0"}) {
    auto from = parse_mailbox("tocsin@example.com").value();
    auto mail = compose_mail(from, {&from, 1}, context, {subject, "text", "html"});
    EXPECT_EQ(read_mail(mail).subject, "(no subject)");
  }
}

// Row 14.
TEST(lone_surrogate, is_refused_at_the_door_wherever_it_stands) {
  for (auto& body : {body_of(R"(\ud800)", "plain", "{}"), body_of("my-app", R"(a\udfffb)", "{}"),
                     body_of("my-app", R"(\ud83dx)", "{}"),
                     body_of("my-app", "plain", R"({"a":"\ud800\u0041"})"),
                     body_of("my-app", "plain", R"({"\ud800":1})")}) {
    auto read = parse_events(body);
    ASSERT_FALSE(read) << body;
    EXPECT_EQ(read.error().fields.at(0).code, "malformed_json");
    EXPECT_THAT(read.error().detail, HasSubstr("at byte"));
  }
}

} // namespace

} // namespace tocsin::channels
