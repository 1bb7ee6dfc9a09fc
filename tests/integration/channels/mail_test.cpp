#include "tests/integration/channels/mailer.hpp"

#include <gmock/gmock.h>

#include <future>
#include <string>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(mail, reaches_the_server_without_a_defect) {
  mail_server server{{}};
  auto result = mailer{}.send(settings_for(server));
  EXPECT_EQ(result.kind, outcome_class::delivered);
  EXPECT_EQ(result.stage, attempt_stage::accepted);
  EXPECT_EQ(result.code, "250 2.0.0");
  auto told = server.next();
  EXPECT_EQ(text_of(told, "sender"), "tocsin@example.com");
  EXPECT_EQ(boost::json::serialize(told["recipients"]), R"(["ops@example.com"])");
  EXPECT_EQ(text_of(told, "ehlo"), "panel.example.com");
  auto& mail = told["mail"].as_object();
  EXPECT_EQ(boost::json::serialize(mail["defects"]), "[]");
  EXPECT_EQ(mail["bare_line_ends"], 0);
  EXPECT_EQ(mail["eight_bit"], false);
  EXPECT_EQ(mail["dotted_lines"], 0);
  EXPECT_LE(mail["longest_line"].as_int64(), 76);
  EXPECT_EQ(boost::json::serialize(mail["content_types"]),
            R"(["multipart/alternative","text/plain","text/html"])");
  auto& headers = mail["headers"].as_object();
  EXPECT_EQ(text_of(headers, "subject"), "Deployment failed: my-app (Acme Corp)");
  EXPECT_EQ(text_of(headers, "from"), "Tocsin <tocsin@example.com>");
  EXPECT_EQ(text_of(headers, "to"), "ops@example.com");
  EXPECT_EQ(text_of(headers, "date"), "Sun, 29 Mar 2026 14:30:00 +0000");
  EXPECT_EQ(text_of(headers, "message-id"), "<01KMX00VJ0AW6K4PF4W75P6737@example.com>");
  EXPECT_EQ(text_of(headers, "auto-submitted"), "auto-generated");
  EXPECT_EQ(text_of(headers, "references"), text_of(headers, "in-reply-to"));
  EXPECT_THAT(text_of(mail, "text"), AllOf(HasSubstr("It failed.\n.\nMAIL FROM:<evil@example.com>"),
                                           HasSubstr("Duration seconds: 45.10")));
  EXPECT_THAT(text_of(mail, "html"), HasSubstr("MAIL FROM:&lt;evil@example.com&gt;"));
}

TEST(mail, reaches_all_addresses_of_a_channel_at_once_where_it_names_none) {
  mail_server server{{}};
  auto settings = settings_for(server);
  settings["to"] = {"ops@example.com", "Night shift <night@example.com>"};
  EXPECT_EQ(mailer{}.send(settings, sample_mail_event(), "").kind, outcome_class::delivered);
  auto told = server.next();
  EXPECT_EQ(boost::json::serialize(told["recipients"]),
            R"(["ops@example.com","night@example.com"])");
  auto& mail = told["mail"].as_object();
  EXPECT_EQ(boost::json::serialize(mail["defects"]), "[]");
  EXPECT_EQ(text_of(mail["headers"].as_object(), "to"),
            "ops@example.com, Night shift <night@example.com>");
}

TEST(mail, reaches_nobody_where_one_of_its_addresses_is_refused) {
  mail_server server{{"--script", R"({"RCPT":["250 OK","552 5.2.2 mailbox full"]})"}};
  auto settings = settings_for(server);
  settings["to"] = {"ops@example.com", "night@example.com"};
  auto event = sample_mail_event();
  mailer mails;
  EXPECT_EQ(mails.send(settings, event, "").kind, outcome_class::retry);
  EXPECT_EQ(mails.last_reply.step, smtp_step::rcpt);
  EXPECT_THAT(server.commands_until("QUIT"),
              ElementsAre("greeting", "EHLO", "MAIL", "RCPT", "RCPT", "QUIT"));
}

TEST(mail, keeps_its_subject_and_names_in_any_script) {
  mail_server server{{}};
  auto event = sample_mail_event();
  for (int i = 0; i < 300; ++i)
    event.value.service += "é";
  event.value.service += "\nBcc: evil@example.com \U0001F680";
  event.value.customer = "مرحبا 123";
  event.value.message = "Grüße \U0001F680\n" + std::string(10'000, 'a');
  auto settings = settings_for(server);
  settings["from"] = "\"Töcsin, \\\"quoted\\\"\" <tocsin@example.com>";
  EXPECT_EQ(mailer{}.send(settings, event, "Büro <ops@müller.example>").kind,
            outcome_class::delivered);
  auto told = server.next();
  EXPECT_EQ(boost::json::serialize(told["recipients"]), R"(["ops@xn--mller-kva.example"])");
  auto& mail = told["mail"].as_object();
  EXPECT_EQ(boost::json::serialize(mail["defects"]), "[]");
  EXPECT_LE(mail["longest_line"].as_int64(), 76);
  EXPECT_EQ(mail["eight_bit"], false);
  auto& headers = mail["headers"].as_object();
  EXPECT_FALSE(headers.contains("bcc"));
  EXPECT_THAT(text_of(headers, "subject"),
              AllOf(HasSubstr("Deployment failed: my-appéé"),
                    HasSubstr("é Bcc: evil@example.com \U0001F680 (مرحبا 123)")));
  EXPECT_EQ(text_of(headers, "from"), "\"Töcsin, \\\"quoted\\\"\" <tocsin@example.com>");
  EXPECT_THAT(text_of(mail, "text"), HasSubstr("Grüße \U0001F680\n" + std::string(10'000, 'a')));
}

TEST(mail, goes_over_starttls_with_authentication) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:pass word"}};
  auto settings = settings_with_login(server, "starttls", "pass word");
  mailer mails{server.ca_file()};
  auto result = mails.send(settings);
  EXPECT_EQ(result.kind, outcome_class::delivered) << result.code << result.text;
  auto told = server.next();
  EXPECT_TRUE(told["tls"].as_bool());
  EXPECT_EQ(text_of(told, "user"), "user");
}

TEST(mail, goes_over_implicit_tls_with_authentication) {
  mail_server server{{"--tls", "tls", "--credentials", "user:pass word"}};
  auto settings = settings_with_login(server, "tls", "pass word");
  mailer mails{server.ca_file()};
  auto result = mails.send(settings);
  EXPECT_EQ(result.kind, outcome_class::delivered) << result.code << result.text;
  EXPECT_EQ(text_of(server.next(), "user"), "user");
}

TEST(mail, of_many_kilobytes_arrives_whole) {
  mail_server server{{}};
  auto event = sample_mail_event();
  event.value.message.clear();
  for (int i = 0; i < 4000; ++i)
    event.value.message += "line " + std::to_string(i) + "\n.\n";
  mailer mails;
  mails.patience = 20s;
  // What the server tells fills its pipe, so that it must be read before the mail is through.
  auto sent
    = std::async(std::launch::async, [&] { return mails.send(settings_for(server), event); });
  auto told = server.next();
  EXPECT_EQ(sent.get().kind, outcome_class::delivered);
  auto& mail = told["mail"].as_object();
  EXPECT_THAT(text_of(mail, "text"), HasSubstr("\n\n" + event.value.message));
  EXPECT_EQ(mail["bare_line_ends"], 0);
  EXPECT_EQ(mail["dotted_lines"], 0);
}

// libcurl writes addresses and messages to the wire as it gets them, so that nothing but the checks
// of the settings and the composition of the mail stands in between.

TEST(mail_transport, checks_no_address_which_is_why_settings_do) {
  mail_server server{{"--script", R"({"x":""})"}};
  constexpr auto injected = "a@b.example>\r\nRCPT TO:<evil@example.com";
  auto made
    = make_adapter(channel_type::email, boost::json::serialize(settings_for(server))).value();
  auto event = sample_mail_event();
  auto request
    = std::get<smtp_request>(made->render({{}, event, "a@b.example", mail_time}).value());
  request.to = {injected};
  mailer{}.send(request);
  EXPECT_THAT(server.commands_until("DATA"),
              ElementsAre("greeting", "EHLO", "MAIL", "RCPT", "RCPT", "DATA"));
  EXPECT_FALSE(made->render({{}, event, injected, mail_time}));
}

TEST(mail_transport, turns_no_line_end_which_is_why_mails_are_composed_with_theirs) {
  mail_server server{{}};
  auto made
    = make_adapter(channel_type::email, boost::json::serialize(settings_for(server))).value();
  auto event = sample_mail_event();
  auto request
    = std::get<smtp_request>(made->render({{}, event, "a@b.example", mail_time}).value());
  EXPECT_EQ(request.message.find("\n."), std::string::npos);
  request.message = "From: a@b.example\r\n\r\nx\n.\ny\r\n";
  EXPECT_EQ(mailer{}.send(request).fault, wire_fault::none);
  auto told = server.next();
  EXPECT_EQ(told["mail"].as_object()["bare_line_ends"], 2);
}

} // namespace

} // namespace tocsin::channels
