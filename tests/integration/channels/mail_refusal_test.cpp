#include "tests/integration/channels/mailer.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using enum outcome_class;
using ::testing::Contains;
using ::testing::ElementsAre;

TEST(mail, is_not_sent_in_clear_where_starttls_is_missing) {
  mail_server server{{"--script", R"({"x":""})"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  auto result = mailer{}.send(settings);
  EXPECT_EQ(result.kind, dead_endpoint);
  EXPECT_EQ(result.code, "encryption_missing");
  EXPECT_EQ(result.stage, attempt_stage::tls);
  EXPECT_THAT(server.commands_until("closed"), ElementsAre("greeting", "EHLO", "closed"));
}

TEST(mail, is_not_sent_where_replies_are_smuggled_in_before_tls) {
  mail_server server{{"--script", R"({"EHLO":"250-here\r\n250 STARTTLS",
                                     "STARTTLS":"220 go\r\n250-here\r\n250 AUTH PLAIN"})"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  auto result = mailer{}.send(settings);
  EXPECT_EQ(result.kind, retry);
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
  EXPECT_EQ(result.kind, dead_endpoint);
  EXPECT_EQ(result.code, "auth_missing");
  EXPECT_EQ(result.stage, attempt_stage::auth);
  EXPECT_THAT(server.commands_until("closed"), ElementsAre("greeting", "EHLO", "closed"));
}

/// Offers of AUTH that libcurl does not see: it would send the mail without.
class unseen_offer : public ::testing::TestWithParam<const char*> {};

TEST_P(unseen_offer, counts_as_none) {
  auto script = fmt::format(R"({{"EHLO":"250-here\r\n250 {}"}})", GetParam());
  mail_server server{{"--script", script}};
  auto result = mailer{}.send(settings_with_login(server, "none", "pass"));
  EXPECT_EQ(result.kind, dead_endpoint);
  EXPECT_EQ(result.code, "auth_missing");
  EXPECT_THAT(server.commands_until("closed"), ElementsAre("greeting", "EHLO", "closed"));
}

INSTANTIATE_TEST_SUITE_P(servers, unseen_offer,
                         ::testing::Values("AUTH=PLAIN LOGIN", "AUTH", "auth PLAIN LOGIN"));

TEST(mail, with_a_wrong_password_stops_at_once) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:right"}};
  auto settings = settings_with_login(server, "starttls", "wrong");
  mailer mails{server.ca_file()};
  auto result = mails.send(settings);
  EXPECT_EQ(result.kind, dead_endpoint);
  EXPECT_EQ(result.code, "535 5.7.8");
  EXPECT_EQ(result.stage, attempt_stage::auth);
}

TEST(mail, is_rejected_for_an_unknown_recipient) {
  mail_server server{{"--refuse-rcpt", "550 5.1.1 no such user"}};
  auto result = mailer{}.send(settings_for(server));
  EXPECT_EQ(result.kind, rejected);
  EXPECT_EQ(result.code, "550 5.1.1");
  EXPECT_EQ(result.text, "no such user");
  EXPECT_EQ(result.stage, attempt_stage::send);
}

TEST(mail, is_rejected_after_its_content) {
  mail_server server{{"--after-data", "554 5.7.1 this is spam"}};
  mailer mails;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, rejected);
  EXPECT_EQ(result.code, "554 5.7.1");
  EXPECT_EQ(mails.last_reply.step, smtp_step::content);
}

TEST(mail, is_tried_again_after_greylisting) {
  mail_server server{{"--refuse-rcpt", "451 4.7.1 greylisted"}};
  auto result = mailer{}.send(settings_for(server));
  EXPECT_EQ(result.kind, retry);
  EXPECT_EQ(result.code, "451 4.7.1");
}

TEST(mail, may_have_arrived_where_the_connection_drops_after_the_dot) {
  mail_server server{{"--after-data", "drop"}};
  mailer mails;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, ambiguous);
  EXPECT_EQ(result.code, "connection_lost");
  // The last reply was a good one, which says nothing of the mail.
  EXPECT_EQ(mails.last_reply.code, 354);
}

TEST(mail, may_have_arrived_where_the_server_hangs_after_the_dot) {
  mail_server server{{"--after-data", "hang"}};
  mailer mails;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, ambiguous);
  EXPECT_EQ(result.code, "timed_out");
  EXPECT_LT(mails.last_reply.duration, 5s);
}

TEST(mail, does_not_take_a_late_answer_for_that_to_the_next_mail) {
  mail_server server{{"--script", R"({"content":["hang","554 5.7.1 refused"]})"}};
  mailer mails;
  EXPECT_EQ(mails.send(settings_for(server)).kind, ambiguous);
  EXPECT_EQ(mails.send(settings_for(server)).kind, rejected);
  EXPECT_THAT(server.commands_until("content"), Contains("greeting"));
  EXPECT_THAT(server.commands_until("content"), Contains("greeting"));
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

TEST(mail, is_tried_again_where_one_address_of_two_may_be_used_and_fails) {
  auto probe = socket(AF_INET6, SOCK_DGRAM, 0);
  if (probe < 0)
    GTEST_SKIP() << "there is no IPv6 here";
  close(probe);
  mail_server server{
    {"--host", "::1", "--script", R"({"RCPT":"451 4.3.0 later","MAIL":["250 OK","hang"]})"}};
  auto settings = settings_for(server);
  // libcurl takes that for 127.0.0.1 and ::1.
  settings["host"] = "localhost";
  auto made = make_adapter(channel_type::email, boost::json::serialize(settings), {},
                           address_rules{parse_address_list("::1/128").value()});
  ASSERT_TRUE(made);
  auto event = sample_mail_event();
  auto request
    = std::get<smtp_request>((*made)->render({{}, event, "a@b.example", mail_time}).value());
  auto limited = std::make_shared<smtp_server>(*request.server);
  limited->reply_timeout = 1s;
  request.server = limited;
  mailer mails;
  auto refused = (*made)->classify(mails.send(request));
  EXPECT_EQ(refused.kind, retry);
  EXPECT_EQ(refused.code, "451 4.3.0");
  EXPECT_EQ((*made)->classify(mails.send(request)).code, "timed_out");
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
    reply_case{"auth_535_no_goodbye", R"({"AUTH":"535 5.7.8 no","QUIT":"hang"})", dead_endpoint,
               attempt_stage::auth, "535 5.7.8"},
    // The challenge `realm="here",nonce="1"` lacks what libcurl wants of it: it tries the next way.
    reply_case{"auth_second_way",
               R"({"EHLO":"250-here\r\n250 AUTH DIGEST-MD5 PLAIN","*":"501 5.7.0 cancelled",
                   "AUTH":["334 cmVhbG09ImhlcmUiLG5vbmNlPSIxIg==","235 2.7.0 welcome"]})",
               delivered, attempt_stage::accepted, "250 2.0.0"},
    reply_case{"auth_no_second_way",
               R"({"EHLO":"250-here\r\n250 AUTH DIGEST-MD5","*":"501 5.7.0 cancelled",
                   "AUTH":"334 cmVhbG09ImhlcmUiLG5vbmNlPSIxIg=="})",
               dead_endpoint, attempt_stage::auth, "501 5.7.0"},
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
    // Whoever refuses may be too busy for a goodbye.
    reply_case{"mail_550_no_goodbye", R"({"MAIL":"550 5.7.1 not you","QUIT":"hang"})", rejected,
               attempt_stage::send, "550 5.7.1"},
    reply_case{"rcpt_550_no_goodbye", R"({"RCPT":"550 5.1.1 gone","QUIT":"hang"})", rejected,
               attempt_stage::send, "550 5.1.1"},
    reply_case{"data_554_no_goodbye", R"({"DATA":"554 5.5.1 no","QUIT":"hang"})", rejected,
               attempt_stage::send, "554 5.5.1"},
    reply_case{"data_hang", R"({"DATA":"hang"})", retry, attempt_stage::send, "timed_out"},
    reply_case{"content_451", R"({"content":"451 4.3.0 later"})", retry, attempt_stage::send,
               "451 4.3.0"},
    reply_case{"content_550", R"({"content":"550 5.7.1 policy"})", rejected, attempt_stage::send,
               "550 5.7.1"},
    reply_case{"content_552", R"({"content":"552 5.3.4 too big"})", rejected, attempt_stage::send,
               "552 5.3.4"}),
  [](auto& instance) { return std::string{instance.param.name}; });

} // namespace

} // namespace tocsin::channels
