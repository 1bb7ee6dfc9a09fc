#include "channels/adapter.hpp"
#include "channels/channel_templates.hpp"
#include "channels/message_template.hpp"
#include "messages/event_catalogue.hpp"
#include "messages/json_string.hpp"
#include "tests/unit/channels/rendered_text.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <string>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr timestamp filled_in_at{1774794600s};

const std::map<channel_type, std::string> settings_without_templates{
  {channel_type::email, R"("host":"mx","from":"a@example.com","to":["c@d"])"},
  {channel_type::slack,
   R"("webhook_url":"https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXabcd")"},
  {channel_type::discord, R"("webhook_url":"https://discord.com/api/webhooks/12345678901234567/)"
                            + std::string(68, 'a') + '"'},
  {channel_type::telegram,
   R"("bot_token":"123456:ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDE","chat_id":-1001)"},
  {channel_type::webhook, R"("url":"https://example.com/")"}};

expected<std::unique_ptr<adapter>> make(channel_type type, const std::string& templates) {
  return make_adapter(
    type, fmt::format(R"({{{},"templates":{}}})", settings_without_templates.at(type), templates));
}

/// A `templates` setting with one template.
std::string one(std::string_view part, std::string_view source, std::string_view type = "*") {
  std::string result = fmt::format(R"({{"{}":{{"{}":)", type, part);
  append_json_string(result, source);
  return result + "}}";
}

std::string body_of(const adapter& x, const accepted_event& event) {
  auto id = *delivery_id::parse("01KMX00VJ0AW6K4PF4W75P6737");
  auto request = x.render({id, event, x.destinations().front(), filled_in_at});
  if (!request)
    return "failure: " + request.error().detail;
  if (auto* mail = std::get_if<smtp_request>(&*request))
    return mail->message;
  return std::get<http_request>(*request).body;
}

std::string body_of(channel_type type, const std::string& templates, const accepted_event& event) {
  auto made = make(type, templates);
  if (!made)
    return made.error().fields.at(0).pointer + ' ' + made.error().fields.at(0).detail;
  return body_of(**made, event);
}

/// What a template for webhook bodies makes.
std::string filled(std::string_view source, const accepted_event& event = sample_event()) {
  return body_of(channel_type::webhook, one("body", source), event);
}

/// What is wrong with a template, without the pointer before it.
std::string fault_of(channel_type type, std::string_view source, std::string_view part = "body") {
  auto made = make(type, one(part, source));
  if (made)
    return {};
  auto fields = made.error().fields;
  EXPECT_EQ(fields.size(), 1u);
  EXPECT_EQ(fields[0].pointer, fmt::format("/settings/templates/*/{}", part));
  EXPECT_EQ(fields[0].code, "invalid_template");
  return fields[0].detail;
}

TEST(template_values, say_all_of_an_event) {
  EXPECT_EQ(
    filled(
      R"({"t":"{{event}}|{{title}}|{{headline}}|{{service}}|{{customer}}|{{timestamp}}|{{time}}|{{message}}|{{severity}}|{{color}}|{{delivery_id}}|{{event_id}}|{{public_name}}"})"),
    R"({"t":"deploy.failure|Deployment failed|Deployment failed: my-app|my-app|Acme Corp|)"
    R"(2026-03-29T14:30:00Z|2026-03-29 14:30:00 UTC|It failed|error|#d1453b|)"
    R"(01KMX00VJ0AW6K4PF4W75P6737|01KMX00VJ0AW6K4PF4W75P6736|Tocsin"})");
}

TEST(template_values, keep_every_digit_of_the_details) {
  auto event = sample_event();
  event.value.details
    = R"({"n":12345678901234567890.10,"deep":{"list":[{"a":1.50},{"a":2}]},"no":false,"nil":null})";
  EXPECT_EQ(
    filled(R"(["{{details.n}}"{{#details.deep.list}},"{{a}}"{{/details.deep.list}}])", event),
    R"(["12345678901234567890.10","1.50","2"])");
  EXPECT_EQ(
    filled(R"(["{{#details.no}}x{{/details.no}}{{^details.nil}}y{{/details.nil}}"])", event),
    R"(["y"])");
  EXPECT_EQ(filled(R"({"all":{{details_json}}})", event), R"({"all":)" + event.value.details + '}');
}

TEST(template_values, list_the_facts) {
  EXPECT_EQ(filled("{ {{#facts}}\"{{name}}\":\"{{value}}\"{{^last}},{{/last}}{{/facts}} }"),
            R"({ "Service":"my-app","Customer":"Acme Corp","Image":"myapp:latest",)"
            R"("Duration seconds":"45.10","Time":"2026-03-29 14:30:00 UTC" })");
}

TEST(template_values, are_never_expanded_again) {
  auto event = sample_event();
  event.value.message = event.value.service = "{{routing_key}} {{#facts}} {{{x}}}";
  EXPECT_EQ(filled(R"({"m":"{{message}}"})", event),
            R"({"m":"{{routing_key}} {{#facts}} {{{x}}}"})");
  for (auto& [type, settings] : settings_without_templates)
    if (type != channel_type::webhook && type != channel_type::discord) {
      EXPECT_THAT(body_of(type, one("body", "{{service}}"), event),
                  HasSubstr("{{routing_key}} {{#facts}} {{{x}}}"));
    }
}

TEST(template_values, are_false_where_they_are_empty) {
  auto event = sample_event();
  event.value.customer.clear();
  EXPECT_EQ(
    filled(R"(["{{#customer}}of {{customer}}{{/customer}}{{^customer}}ours{{/customer}}"])", event),
    R"(["ours"])");
}

class template_channel : public ::testing::TestWithParam<channel_type> {};

TEST_P(template_channel, takes_its_own_type_before_all_others) {
  if (GetParam() == channel_type::webhook)
    return;
  constexpr auto templates
    = R"({"*":{"subject":"any {{service}}","body":"for all"},"deploy.failure":{"subject":"broken {{service}}"}})";
  auto body = body_of(GetParam(), templates, sample_event());
  EXPECT_THAT(body, HasSubstr("broken my-app"));
  EXPECT_THAT(body, HasSubstr("for all"));
  EXPECT_THAT(body, Not(HasSubstr("It failed")));
  auto other = sample_event();
  other.value.type = "deploy.success";
  EXPECT_THAT(body_of(GetParam(), templates, other), HasSubstr("any my-app"));
}

TEST_P(template_channel, falls_back_where_a_template_says_nothing) {
  if (GetParam() == channel_type::webhook)
    return;
  auto event = sample_event();
  event.value.customer.clear();
  auto body
    = body_of(GetParam(),
              R"({"*":{"subject":"{{customer}}","body":" {{#customer}}x{{/customer}}\n"}})", event);
  EXPECT_THAT(body, HasSubstr("Deployment failed: my-app"));
  EXPECT_THAT(body, HasSubstr("It failed"));
}

/// `{{message}}` many times, with every nasty value.
TEST_P(template_channel, takes_whatever_values_there_are) {
  auto templates = GetParam() == channel_type::webhook
                     ? one("body", R"({"a":"{{message}}{{service}}","d":"{{details.a}}"})")
                     : R"({"*":{"subject":"{{service}} {{customer}}","body":"{{message}} {{message}}
{{#facts}}{{name}} = {{value}}
{{/facts}}"}})";
  std::string escaped;
  for (char c : templates)
    escaped += c == '\n' ? std::string{"\\n"} : std::string{c};
  auto made = make(GetParam(), escaped).value();
  for (auto& event : nasty_events()) {
    auto body = body_of(*made, event);
    EXPECT_THAT(body, Not(HasSubstr("failure:"))) << event.value.message.substr(0, 50);
    if (GetParam() != channel_type::email) {
      json::error_code ec;
      json::parse(body, ec);
      EXPECT_FALSE(ec) << body.substr(0, 200);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(all, template_channel,
                         ::testing::Values(channel_type::email, channel_type::slack,
                                           channel_type::discord, channel_type::telegram,
                                           channel_type::webhook),
                         [](auto& x) { return std::string{to_string(x.param)}; });

TEST(template_text, escapes_values_and_not_what_the_operator_wrote) {
  auto event = sample_event();
  event.value.message = "<b>&*x*_y_\"";
  EXPECT_THAT(body_of(channel_type::slack, one("body", "*<https://x.example|{{message}}>*"), event),
              HasSubstr("*<https://x.example|&lt;b&gt;&amp;\u200b*\u200bx"));
  EXPECT_THAT(body_of(channel_type::discord, one("body", "**{{message}}**"), event),
              HasSubstr(R"(**\\<b>&\\*x\\*\\_y\\_\"**)"));
  EXPECT_THAT(body_of(channel_type::telegram, one("body", "<b>{{message}}</b>"), event),
              HasSubstr("<b>&lt;b&gt;&amp;*x*_y_&quot;</b>"));
  EXPECT_THAT(body_of(channel_type::email, one("html", "<i>{{message}}</i>"), event),
              HasSubstr("<i>&lt;b&gt;&amp;*x*_y_&quot;</i>"));
  EXPECT_THAT(body_of(channel_type::email, one("body", "<i>{{message}}</i>"), event),
              HasSubstr("<i><b>&*x*_y_\"</i>"));
}

TEST(template_text, fills_the_room_and_never_cuts_an_escape) {
  auto event = sample_event();
  event.value.message = std::string(10'000, '&');
  auto slack = json::parse(body_of(channel_type::slack, one("body", "<{{message}}>"), event));
  auto text = text_of(slack.at_pointer("/attachments/0/blocks/0/text/text"));
  EXPECT_LE(text.size(), 3000u + 2);
  EXPECT_GE(text.size(), 2900u);
  EXPECT_THAT(text, ::testing::EndsWith("&amp;…>"));
  auto telegram
    = json::parse(body_of(channel_type::telegram, one("body", "<b>{{message}}</b>"), event));
  EXPECT_THAT(text_of(telegram.at("text")), ::testing::EndsWith("&amp;…</b>"));
}

TEST(template_text, keeps_a_subject_to_one_line) {
  auto event = sample_event();
  event.value.service = "x\r\nBcc: evil@x";
  auto mail = body_of(channel_type::email, one("subject", "a\nb {{service}}"), event);
  EXPECT_THAT(mail, HasSubstr("\r\nSubject: a b x"));
  EXPECT_THAT(mail, Not(HasSubstr("\nBcc:")));
}

struct syntax_case {
  const char* source;
  const char* fault;
};

class bad_template : public ::testing::TestWithParam<syntax_case> {};

TEST_P(bad_template, is_refused_with_the_place) {
  EXPECT_EQ(fault_of(channel_type::slack, GetParam().source), GetParam().fault);
}

INSTANTIATE_TEST_SUITE_P(
  all, bad_template,
  ::testing::Values(
    syntax_case{"a {{", "line 1, column 3: this tag is not closed"},
    syntax_case{"é\n\n 🚀 {{servce}}", "line 3, column 4: there is no value called 'servce'"},
    syntax_case{"{{service {{event}}", "line 1, column 1: this tag is not closed"},
    syntax_case{"{{#facts}}x", "line 1, column 1: the section 'facts' is not closed"},
    syntax_case{"x{{/facts}}", "line 1, column 2: there is no section 'facts' to close here"},
    syntax_case{"{{#facts}}{{#details.x}}{{/facts}}{{/details.x}}",
                "line 1, column 25: the section to close here is 'details.x'"},
    syntax_case{"{{{message}}}",
                "line 1, column 1: values are always escaped: write two braces, '{{name}}'"},
    syntax_case{"{{&message}}", "line 1, column 1: values are always escaped: leave out the '&'"},
    syntax_case{"{{> part}}", "line 1, column 1: there are no partials"},
    syntax_case{"{{=<% %>=}}", "line 1, column 1: the delimiters cannot be changed"},
    syntax_case{"{{ }}", "line 1, column 1: this tag has no name"},
    syntax_case{"{{details}}",
                "line 1, column 1: 'details' is not a text: open a section, '{{#details}}'"},
    syntax_case{"{{name}}", "line 1, column 1: there is no value called 'name'"},
    syntax_case{"{{details.}}", "line 1, column 1: there is no value called 'details.'"},
    syntax_case{"{{details_json}}", "line 1, column 1: there is no value called 'details_json'"},
    syntax_case{"{{.}}", "line 1, column 1: there is no value called '.'"},
    syntax_case{"a\x01",
                "a template must not contain control characters other than line breaks and tabs"}));

TEST(templates, are_refused_by_type_part_and_kind) {
  auto made = make(
    channel_type::slack,
    R"({"invoice.overdue":{"body":"x"},"*":{"html":"x","body":7},"test":"x","backup.failure":null,"ssl.expiring":{"subject":"{{x}}"}})");
  ASSERT_FALSE(made);
  std::vector<std::string> faults;
  for (auto& x : made.error().fields)
    faults.push_back(x.pointer + ' ' + x.code);
  EXPECT_THAT(faults,
              ::testing::UnorderedElementsAre(
                "/settings/templates/*/body wrong_type", "/settings/templates/test wrong_type",
                "/settings/templates/*/html unknown_key",
                "/settings/templates/ssl.expiring/subject invalid_template"));
}

TEST(templates, have_a_limit) {
  EXPECT_EQ(fault_of(channel_type::email, std::string(16 * 1024, 'x')), "");
  EXPECT_EQ(fault_of(channel_type::email, std::string(16 * 1024 + 1, 'x')),
            "a template must be at most 16384 bytes long");
  EXPECT_THAT(fault_of(channel_type::slack, std::string(3001, 'x')),
              HasSubstr("however short its values are"));
}

/// An event with four lists, and a template that goes through each in each of the others.
accepted_event event_with_lists() {
  auto result = sample_event();
  std::string entries = "1";
  for (int i = 1; i < 200; ++i)
    entries += ",1";
  result.value.details = fmt::format(R"({{"a":[{0}],"b":[{0}],"c":[{0}],"d":[{0}]}})", entries);
  return result;
}

constexpr std::string_view lists_in_lists
  = R"(["{{#details.a}}{{#details.b}}{{#details.c}}{{#details.d}}x{{/details.d}}{{/details.c}}{{/details.b}}{{/details.a}}"])";

TEST(templates, cannot_make_texts_without_end) {
  auto text = filled(std::string{lists_in_lists}, event_with_lists());
  EXPECT_THAT(text, HasSubstr("\"xxx"));
  // Its own text counts once per section, of which the innermost writes one letter.
  EXPECT_LT(text.size(), 4u * 1024 * 1024 / lists_in_lists.size());
  std::string deep;
  for (int i = 0; i < 9; ++i)
    deep += "{{#details.a}}";
  EXPECT_THAT(fault_of(channel_type::slack, deep),
              HasSubstr("sections can be nested at most 8 deep"));
}

size_t renderings = 0;

/// Escapes nothing; each rendering has the id of the event once.
std::string count_renderings(std::string_view text) {
  if (text == "my-id")
    ++renderings;
  return std::string{text};
}

TEST(templates, are_rendered_a_few_times_at_most) {
  auto event = event_with_lists();
  event.value.id = "my-id";
  event.value.message = std::string(32 * 1024, 'm');
  std::string names;
  while (names.size() < 16'000)
    names += "{{message}}";
  for (auto source : {std::string{lists_in_lists}, names}) {
    renderings = 0;
    auto made = message_template::parse(
      source, {template_kind::text, count_renderings, 256 * 1024, text_unit::bytes});
    ASSERT_TRUE(made) << made.error().detail;
    auto text = made->fill({{}, event, {}, event.accepted_at}, content_of(event));
    EXPECT_TRUE(text) << text.error().detail;
    EXPECT_THAT(renderings, ::testing::AllOf(::testing::Gt(1u), ::testing::Le(7u)));
  }
}

size_t trials = 0;

/// Escapes nothing; each rendering has the name of the service once.
std::string count_trials(std::string_view text) {
  if (text == default_public_name)
    ++trials;
  return std::string{text};
}

TEST(templates, for_all_types_are_tried_out_on_one) {
  auto text = fmt::format(R"({{"templates":{}}})", one("body", "{{event}} {{title}}"));
  settings_reader settings{text};
  trials = 0;
  channel_templates made{settings, {{"body", {template_kind::text, count_trials, 1000}}}};
  EXPECT_FALSE(made.empty());
  EXPECT_EQ(trials, 4u);
}

TEST(templates, cannot_make_work_without_end_when_they_are_saved) {
  std::string text;
  for (int i = 0; i < 8; ++i)
    text = fmt::format("{{{{#details.steps}}}}{}{{{{/details.steps}}}}",
                       text.empty() ? "{{x}}" : text);
  std::string templates;
  for (auto& type : event_catalogue())
    templates += fmt::format(R"({}"{}":{{"body":"{}","html":"{}"}})", templates.empty() ? "" : ",",
                             type.name, text, text);
  EXPECT_TRUE(make(channel_type::email, one("body", text)));
  auto made = make(channel_type::email, '{' + templates + '}');
  ASSERT_FALSE(made);
  auto fields = made.error().fields;
  EXPECT_GT(fields.size(), event_catalogue().size());
  EXPECT_THAT(fields.back().detail, HasSubstr("too expensive"));
}

TEST(templates, with_many_words_of_their_own_give_a_shorter_text) {
  auto event = sample_event();
  event.value.details = "{";
  for (int i = 0; i < 100; ++i)
    event.value.details += fmt::format("{}\"key{}\":\"value\"", i == 0 ? "" : ",", i);
  event.value.details += '}';
  auto words = std::string(15'000, 'x');
  auto text = filled(fmt::format("[\"{}\",{{{{#facts}}}}{{{{#name}}}}{{{{#value}}}}\"{{{{value}}}}"
                                 "\",{{{{/value}}}}{{{{/name}}}}{{{{/facts}}}}0]",
                                 words),
                     event);
  EXPECT_THAT(text, HasSubstr(words + "\",\"my-app\""));
}

TEST(webhook_templates, make_json_of_any_value_or_are_refused) {
  for (auto good :
       {R"({"a":"{{message}}"})", R"({"d":{{details_json}}})", R"("{{message}}")",
        R"([{{#facts}}"{{value}}",{{/facts}}0])", "{\r\n \"a\": \"{{details.x.y}}\"\r\n}"})
    EXPECT_EQ(fault_of(channel_type::webhook, good), "") << good;
  for (auto bad :
       {"", "{", "plain {{message}}", R"({"a":{{message}}})", R"({"n":{{details.n}}})",
        R"({"n":{{details.seconds}}})", R"({"d":"{{details_json}}"})",
        // Good only as long as it is a number.
        R"({"n":{{#details.n}}{{details.n}}{{/details.n}}{{^details.n}}0{{/details.n}}})",
        R"([{{#facts}}"{{value}}",{{/facts}}])",
        R"({"a":1{{#customer}},"b":"{{customer}}{{/customer}}})",
        R"({"a":1}{{^details.x}}}{{/details.x}})"})
    EXPECT_THAT(fault_of(channel_type::webhook, bad), HasSubstr("the body is not JSON at")) << bad;
  EXPECT_THAT(fault_of(channel_type::webhook, R"({"n":{{details.n}}})"),
              HasSubstr("tried on a sample of 'test': "));
}

TEST(webhook_templates, are_signed_as_they_are_sent) {
  auto made = make_adapter(
    channel_type::webhook,
    R"({"url":"https://example.com/","secret":"It's a Secret to Everybody","templates":{"*":{"body":"\"Hello\""}}})");
  auto event = sample_event();
  auto request = std::get<http_request>((*made)->render({{}, event, "", filled_in_at}).value());
  EXPECT_EQ(request.body, R"("Hello")");
  // Recomputed with Python: hmac.new(key, b'"Hello"', "sha256").
  EXPECT_EQ(request.headers[0], "X-Signature-256: sha256="
                                "6d048ec9308950bf94206e3ad784c3b330b39c65038ef8c730290973eb386478");
}

TEST(telegram_templates, are_held_against_the_tags_it_knows) {
  for (auto good : {"<b>{{message}}</b>", "<a href=\"https://x/?q={{service}}\">x</a>", "a &amp; b",
                    "<pre><code class=\"language-sh\">{{message}}</code></pre>"})
    EXPECT_EQ(fault_of(channel_type::telegram, good), "") << good;
  EXPECT_THAT(fault_of(channel_type::telegram, "<p>x</p>"),
              HasSubstr("Telegram does not support the tag '<p>'"));
  EXPECT_THAT(fault_of(channel_type::telegram, "<b>x"), HasSubstr("'<b>' is not closed"));
  EXPECT_THAT(fault_of(channel_type::telegram, "<b><i>x</b></i>"),
              HasSubstr("closes a tag that is not open"));
  EXPECT_THAT(fault_of(channel_type::telegram, "1 < 2", "subject"),
              HasSubstr("does not begin a tag"));
  // Only where there is a customer.
  EXPECT_THAT(fault_of(channel_type::telegram, "{{#customer}}<b>{{/customer}}x"),
              HasSubstr("'<b>' is not closed"));
}

} // namespace

} // namespace tocsin::channels
