#include "tests/integration/channels/mailer.hpp"

#include <boost/json/value_to.hpp>
#include <gmock/gmock.h>

#include <future>
#include <memory>
#include <string>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string text_of(const boost::json::object& x, std::string_view key) {
  return boost::json::value_to<std::string>(x.at({key.data(), key.size()}));
}

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

TEST(mail, reuses_its_connection) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:pass"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  mailer mails{server.ca_file()};
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  auto first = server.next();
  EXPECT_EQ(server.next()["peer"], first["peer"]);
  EXPECT_EQ(server.next()["peer"], first["peer"]);
}

TEST(mail, on_a_new_connection_shows_what_an_old_one_hides) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:pass"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  mailer mails{server.ca_file()};
  mails.on_new_connections = true;
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  auto first = server.next()["peer"];
  auto second = server.next()["peer"];
  EXPECT_NE(first, second);
  // The server does not speak TLS from the start.
  settings["encryption"] = "tls";
  auto result = mails.send(settings);
  EXPECT_EQ(result.kind, outcome_class::retry);
  EXPECT_EQ(result.stage, attempt_stage::tls);
  // Those that were made for tests serve deliveries after them.
  settings["encryption"] = "starttls";
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  mails.on_new_connections = false;
  EXPECT_EQ(mails.send(settings).kind, outcome_class::delivered);
  auto third = server.next()["peer"];
  EXPECT_THAT(server.next()["peer"], AnyOf(first, second, third));
}

TEST(mail, is_not_sent_in_clear_where_starttls_is_missing) {
  mail_server server{{"--script", R"({"x":""})"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  auto result = mailer{}.send(settings);
  EXPECT_EQ(result.kind, outcome_class::dead_endpoint);
  EXPECT_EQ(result.code, "encryption_missing");
  EXPECT_EQ(result.stage, attempt_stage::tls);
  EXPECT_THAT(server.commands_until("closed"), ElementsAre("greeting", "EHLO", "closed"));
}

TEST(mail, is_not_sent_where_replies_are_smuggled_in_before_tls) {
  mail_server server{{"--script", R"({"EHLO":"250-here\r\n250 STARTTLS",
                                     "STARTTLS":"220 go\r\n250-here\r\n250 AUTH PLAIN"})"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  auto result = mailer{}.send(settings);
  EXPECT_EQ(result.kind, outcome_class::retry);
  EXPECT_EQ(result.stage, attempt_stage::tls);
  EXPECT_THAT(server.commands_until("closed"),
              ElementsAre("greeting", "EHLO", "STARTTLS", "closed"));
}

TEST(mail, is_not_sent_without_the_authentication_that_is_set) {
  mail_server server{{"--script", R"({"EHLO":"250-here\r\n250 SIZE 1000000"})"}};
  auto settings = settings_for(server);
  settings["username"] = "user";
  settings["password"] = "pass";
  auto result = mailer{}.send(settings);
  EXPECT_EQ(result.kind, outcome_class::dead_endpoint);
  EXPECT_EQ(result.code, "auth_missing");
  EXPECT_EQ(result.stage, attempt_stage::auth);
  EXPECT_THAT(server.commands_until("closed"), ElementsAre("greeting", "EHLO", "closed"));
}

TEST(mail, with_a_wrong_password_stops_at_once) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:right"}};
  auto settings = settings_with_login(server, "starttls", "wrong");
  mailer mails{server.ca_file()};
  auto result = mails.send(settings);
  EXPECT_EQ(result.kind, outcome_class::dead_endpoint);
  EXPECT_EQ(result.code, "535 5.7.8");
  EXPECT_EQ(result.stage, attempt_stage::auth);
}

TEST(mail, is_rejected_for_an_unknown_recipient) {
  mail_server server{{"--refuse-rcpt", "550 5.1.1 no such user"}};
  auto result = mailer{}.send(settings_for(server));
  EXPECT_EQ(result.kind, outcome_class::rejected);
  EXPECT_EQ(result.code, "550 5.1.1");
  EXPECT_EQ(result.text, "no such user");
  EXPECT_EQ(result.stage, attempt_stage::send);
}

TEST(mail, is_rejected_after_its_content) {
  mail_server server{{"--after-data", "554 5.7.1 this is spam"}};
  mailer mails;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, outcome_class::rejected);
  EXPECT_EQ(result.code, "554 5.7.1");
  EXPECT_EQ(mails.last_reply.step, smtp_step::content);
}

TEST(mail, is_tried_again_after_greylisting) {
  mail_server server{{"--refuse-rcpt", "451 4.7.1 greylisted"}};
  auto result = mailer{}.send(settings_for(server));
  EXPECT_EQ(result.kind, outcome_class::retry);
  EXPECT_EQ(result.code, "451 4.7.1");
}

TEST(mail, may_have_arrived_where_the_connection_drops_after_the_dot) {
  mail_server server{{"--after-data", "drop"}};
  mailer mails;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, outcome_class::ambiguous);
  EXPECT_EQ(result.code, "connection_lost");
  // The last reply was a good one, which says nothing of the mail.
  EXPECT_EQ(mails.last_reply.code, 354);
}

TEST(mail, may_have_arrived_where_the_server_hangs_after_the_dot) {
  mail_server server{{"--after-data", "hang"}};
  mailer mails;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, outcome_class::ambiguous);
  EXPECT_EQ(result.code, "timed_out");
  EXPECT_LT(mails.last_reply.duration, 5s);
}

TEST(mail, does_not_take_a_late_answer_for_that_to_the_next_mail) {
  mail_server server{{"--script", R"({"content":["hang","554 5.7.1 refused"]})"}};
  mailer mails;
  EXPECT_EQ(mails.send(settings_for(server)).kind, outcome_class::ambiguous);
  EXPECT_EQ(mails.send(settings_for(server)).kind, outcome_class::rejected);
  EXPECT_THAT(server.commands_until("content"), Contains("greeting"));
  EXPECT_THAT(server.commands_until("content"), Contains("greeting"));
}

TEST(mail, does_not_wait_for_a_goodbye) {
  mail_server server{{"--script", R"({"QUIT":"hang"})"}};
  auto started_at = std::chrono::steady_clock::now();
  {
    mailer mails;
    EXPECT_EQ(mails.send(settings_for(server)).kind, outcome_class::delivered);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started_at, 5s);
}

/// How one reply of a server is judged.
struct reply_case {
  const char* name;
  const char* script;
  outcome_class kind;
  attempt_stage stage;
  const char* code;
};

class scripted_reply : public ::testing::TestWithParam<reply_case> {};

TEST_P(scripted_reply, is_judged_as_the_table_says) {
  auto& x = GetParam();
  mail_server server{{"--script", x.script}};
  auto settings = settings_for(server);
  settings["username"] = "user";
  settings["password"] = "pass";
  auto result = mailer{}.send(settings);
  EXPECT_EQ(to_string(result.kind), to_string(x.kind)) << result.text;
  EXPECT_EQ(to_string(result.stage), to_string(x.stage));
  EXPECT_EQ(result.code, x.code);
}

using enum outcome_class;

INSTANTIATE_TEST_SUITE_P(
  servers, scripted_reply,
  ::testing::Values(
    reply_case{"good", R"({"x":""})", delivered, attempt_stage::accepted, "250 2.0.0"},
    reply_case{"greeting_554", R"({"greeting":"554 no"})", retry, attempt_stage::connect, "554"},
    reply_case{"greeting_421", R"({"greeting":"421 busy"})", retry, attempt_stage::connect, "421"},
    reply_case{"greeting_drop", R"({"greeting":"drop"})", retry, attempt_stage::connect,
               "connection_lost"},
    reply_case{"greeting_hang", R"({"greeting":"hang"})", retry, attempt_stage::connect,
               "timed_out"},
    reply_case{"auth_454", R"({"AUTH":"454 4.7.0 later"})", retry, attempt_stage::auth,
               "454 4.7.0"},
    reply_case{"auth_432", R"({"AUTH":"432 4.7.12 change it"})", retry, attempt_stage::auth,
               "432 4.7.12"},
    reply_case{"auth_534", R"({"AUTH":"534 5.7.9 weak"})", dead_endpoint, attempt_stage::auth,
               "534 5.7.9"},
    reply_case{"auth_538", R"({"AUTH":"538 5.7.11 tls"})", dead_endpoint, attempt_stage::auth,
               "538 5.7.11"},
    reply_case{"auth_unknown", R"({"EHLO":"250-here\r\n250 AUTH GSSAPI"})", dead_endpoint,
               attempt_stage::auth, "auth_refused"},
    reply_case{"mail_421", R"({"MAIL":"421 4.3.2 bye"})", retry, attempt_stage::send, "421 4.3.2"},
    reply_case{"mail_452", R"({"MAIL":"452 4.3.1 full"})", retry, attempt_stage::send, "452 4.3.1"},
    reply_case{"mail_501", R"({"MAIL":"501 5.5.4 syntax"})", rejected, attempt_stage::send,
               "501 5.5.4"},
    reply_case{"mail_530", R"({"MAIL":"530 5.7.0 auth first"})", dead_endpoint, attempt_stage::send,
               "530 5.7.0"},
    reply_case{"mail_550", R"({"MAIL":"550 5.7.1 not you"})", rejected, attempt_stage::send,
               "550 5.7.1"},
    reply_case{"mail_552", R"({"MAIL":"552 5.3.4 too big"})", rejected, attempt_stage::send,
               "552 5.3.4"},
    reply_case{"rcpt_251", R"({"RCPT":"251 2.1.5 will forward"})", delivered,
               attempt_stage::accepted, "250 2.0.0"},
    reply_case{"rcpt_252", R"({"RCPT":"252 2.1.5 cannot verify"})", delivered,
               attempt_stage::accepted, "250 2.0.0"},
    reply_case{"rcpt_450", R"({"RCPT":"450 4.2.1 busy"})", retry, attempt_stage::send, "450 4.2.1"},
    reply_case{"rcpt_551", R"({"RCPT":"551 elsewhere"})", rejected, attempt_stage::send, "551"},
    reply_case{"rcpt_552", R"({"RCPT":"552 5.2.2 full"})", retry, attempt_stage::send, "552 5.2.2"},
    reply_case{"rcpt_553", R"({"RCPT":"553 5.1.3 bad"})", rejected, attempt_stage::send,
               "553 5.1.3"},
    reply_case{"rcpt_drop", R"({"RCPT":"drop"})", retry, attempt_stage::send, "connection_lost"},
    reply_case{"data_451", R"({"DATA":"451 4.3.0 error"})", retry, attempt_stage::send,
               "451 4.3.0"},
    reply_case{"data_554", R"({"DATA":"554 5.5.1 no valid recipients"})", rejected,
               attempt_stage::send, "554 5.5.1"},
    reply_case{"data_hang", R"({"DATA":"hang"})", retry, attempt_stage::send, "timed_out"},
    reply_case{"content_451", R"({"content":"451 4.3.0 later"})", retry, attempt_stage::send,
               "451 4.3.0"},
    reply_case{"content_550", R"({"content":"550 5.7.1 policy"})", rejected, attempt_stage::send,
               "550 5.7.1"},
    reply_case{"content_552", R"({"content":"552 5.3.4 too big"})", rejected, attempt_stage::send,
               "552 5.3.4"}),
  [](auto& instance) { return std::string{instance.param.name}; });

TEST(mail, goes_over_a_fresh_connection_where_the_old_one_was_given_up) {
  mail_server server{{"--script", R"({"MAIL":["250 OK","421 4.4.2 idle for too long","250 OK"]})"}};
  mailer mails;
  EXPECT_EQ(mails.send(settings_for(server)).kind, delivered);
  EXPECT_EQ(mails.send(settings_for(server)).kind, delivered);
}

TEST(mail, goes_over_a_fresh_connection_where_the_server_closed_the_old_one) {
  mail_server server{{"--script", R"({"MAIL":["250 OK","drop","250 OK"]})"}};
  mailer mails;
  EXPECT_EQ(mails.send(settings_for(server)).kind, delivered);
  EXPECT_EQ(mails.send(settings_for(server)).kind, delivered);
}

TEST(mail, begins_at_once_over_a_connection_that_it_has) {
  mail_server server{{"--script", R"({"x":""})"}};
  auto settings = settings_for(server);
  settings["username"] = "user";
  settings["password"] = "pass";
  mailer mails;
  EXPECT_EQ(mails.send(settings).kind, delivered);
  EXPECT_EQ(mails.send(settings).kind, delivered);
  EXPECT_THAT(server.commands_until("content"),
              ElementsAre("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "content"));
  EXPECT_THAT(server.commands_until("content"), ElementsAre("MAIL", "RCPT", "DATA", "content"));
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
  EXPECT_EQ(sent.get().kind, delivered);
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
  request.to = injected;
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

TEST(mail, is_not_sent_into_a_private_network_for_a_customer) {
  mail_server server{{"--script", R"({"x":""})"}};
  auto settings = settings_for(server);
  // Only resolving a name tells where it leads; an address is refused when it is saved.
  settings["host"] = "localhost";
  auto made = make_adapter(channel_type::email, boost::json::serialize(settings), {},
                           address_rules::public_only());
  ASSERT_TRUE(made);
  auto event = sample_mail_event();
  auto request
    = std::get<smtp_request>((*made)->render({{}, event, "a@b.example", mail_time}).value());
  auto reply = mailer{}.send(request);
  EXPECT_EQ(reply.fault, wire_fault::address_refused);
  EXPECT_EQ((*made)->classify(reply).kind, dead_endpoint);
}

TEST(mail, in_flight_is_cut_short_by_a_stop) {
  mail_server server{{"--script", R"({"RCPT":"hang"})"}};
  auto made
    = make_adapter(channel_type::email, boost::json::serialize(settings_for(server))).value();
  auto event = sample_mail_event();
  auto request
    = std::get<smtp_request>(made->render({{}, event, "a@b.example", mail_time}).value());
  transport_options options;
  options.smtp_threads = 1;
  curl_transport through{options};
  auto log = std::make_shared<completion_log>();
  through.submit(log, {{1, request}, {2, request}});
  EXPECT_THAT(server.commands_until("RCPT"), Contains("MAIL"));
  through.stop(0ms);
  EXPECT_EQ(log->reply(1).fault, wire_fault::stopped);
  EXPECT_FALSE(log->reply(1).sent);
  EXPECT_EQ(log->reply(2).fault, wire_fault::not_tried);
}

TEST(mail, to_a_slow_server_leaves_threads_to_others) {
  mail_server slow{{"--script", R"({"greeting":"hang"})"}};
  mail_server good{{"--script", R"({"x":""})"}};
  auto event = sample_mail_event();
  auto request_for = [&](const mail_server& server) {
    auto made
      = make_adapter(channel_type::email, boost::json::serialize(settings_for(server))).value();
    return std::get<smtp_request>(made->render({{}, event, "a@b.example", mail_time}).value());
  };
  transport_options options;
  options.smtp_threads = 2;
  curl_transport through{options};
  auto waiting = std::make_shared<completion_log>();
  auto prompt = std::make_shared<completion_log>();
  through.submit(waiting, {{1, request_for(slow)}, {2, request_for(slow)}, {3, request_for(slow)}});
  through.submit(prompt, {{1, request_for(good)}});
  EXPECT_TRUE(prompt->wait_for(1));
  EXPECT_EQ(waiting->count(), 0u);
  through.stop(0ms);
  EXPECT_EQ(waiting->count(), 3u);
}

} // namespace

} // namespace tocsin::channels
