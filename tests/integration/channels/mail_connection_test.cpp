#include "tests/integration/channels/mailer.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using enum outcome_class;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;

TEST(mail, reuses_its_connection) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:pass"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  mailer mails{server.ca_file()};
  EXPECT_EQ(mails.send(settings).kind, delivered);
  EXPECT_EQ(mails.send(settings).kind, delivered);
  EXPECT_EQ(mails.send(settings).kind, delivered);
  auto first = server.next();
  EXPECT_EQ(server.next()["peer"], first["peer"]);
  EXPECT_EQ(server.next()["peer"], first["peer"]);
}

TEST(mail, on_a_new_connection_shows_what_an_old_one_hides) {
  mail_server server{{"--tls", "starttls", "--credentials", "user:pass"}};
  auto settings = settings_with_login(server, "starttls", "pass");
  mailer mails{server.ca_file()};
  mails.on_new_connections = true;
  EXPECT_EQ(mails.send(settings).kind, delivered);
  EXPECT_EQ(mails.send(settings).kind, delivered);
  auto first = server.next()["peer"];
  auto second = server.next()["peer"];
  EXPECT_NE(first, second);
  // The server does not speak TLS from the start.
  settings["encryption"] = "tls";
  auto result = mails.send(settings);
  EXPECT_EQ(result.kind, retry);
  EXPECT_EQ(result.stage, attempt_stage::tls);
  // Those that were made for tests serve deliveries after them.
  settings["encryption"] = "starttls";
  EXPECT_EQ(mails.send(settings).kind, delivered);
  mails.on_new_connections = false;
  EXPECT_EQ(mails.send(settings).kind, delivered);
  auto third = server.next()["peer"];
  EXPECT_THAT(server.next()["peer"], AnyOf(first, second, third));
}

TEST(mail, is_not_sent_in_clear_over_a_connection_that_another_channel_left) {
  mail_server server{
    {"--tls", "starttls", "--script", R"({"EHLO":"250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN"})"}};
  mailer mails{server.ca_file()};
  EXPECT_EQ(mails.send(settings_with_login(server, "none", "pass")).kind, delivered);
  server.commands_until("content");
  EXPECT_EQ(mails.send(settings_with_login(server, "starttls", "pass")).kind, delivered);
  EXPECT_THAT(server.commands_until("content"), Contains("secured"));
  // Each of them has its own from then on.
  EXPECT_EQ(mails.send(settings_with_login(server, "none", "pass")).kind, delivered);
  EXPECT_EQ(mails.send(settings_with_login(server, "starttls", "pass")).kind, delivered);
  EXPECT_THAT(server.commands_until("content"), ElementsAre("MAIL", "RCPT", "DATA", "content"));
  EXPECT_THAT(server.commands_until("content"), ElementsAre("MAIL", "RCPT", "DATA", "content"));
}

TEST(mail, does_not_wait_for_a_goodbye) {
  mail_server server{{"--script", R"({"QUIT":"hang"})"}};
  auto started_at = std::chrono::steady_clock::now();
  {
    mailer mails;
    EXPECT_EQ(mails.send(settings_for(server)).kind, delivered);
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started_at, 5s);
}

TEST(mail, waits_for_no_goodbye_of_a_server_that_many_others_came_after) {
  std::vector<std::unique_ptr<mail_server>> servers;
  for (auto script : {R"({"QUIT":"hang"})", "{}", "{}", "{}", "{}", "{}", "{}"})
    servers.push_back(std::make_unique<mail_server>(std::vector<std::string>{"--script", script}));
  mailer mails;
  mails.patience = 20s;
  auto started_at = std::chrono::steady_clock::now();
  for (auto& server : servers)
    EXPECT_EQ(mails.send(settings_for(*server)).kind, delivered);
  EXPECT_LT(std::chrono::steady_clock::now() - started_at, 5s);
}

/// How many threads send mails, and the encryption of the connection that is left behind.
class idle_mail_connection : public ::testing::TestWithParam<std::tuple<size_t, mail_encryption>> {
};

TEST_P(idle_mail_connection, is_closed_while_mails_to_another_server_go_on) {
  auto [threads, encryption] = GetParam();
  mail_server left{{"--script", R"({"greeting":"after 0.3 220 ready"})", "--tls",
                    std::string{to_string(encryption)}}};
  mail_server busy{{"--script", R"({"MAIL":"after 0.3 250 OK"})"}};
  transport_options options;
  options.smtp_threads = threads;
  options.ca_file = left.ca_file();
  // One mail at a time goes to a server that takes so long: the same thread sends them all.
  options.smtp_prompt_time = 100ms;
  options.smtp_idle_limit = 1s;
  curl_transport through{options};
  auto log = std::make_shared<completion_log>();
  constexpr uint64_t mails = 40;
  auto first = request_for(left);
  auto server = std::make_shared<smtp_server>(*first.server);
  server->encryption = encryption;
  first.server = server;
  through.submit(log, {{0, std::move(first)}});
  for (uint64_t i = 1; i < mails; ++i)
    through.submit(log, {{i, request_for(busy)}});
  EXPECT_THAT(left.commands_until("closed"), Contains("content"));
  EXPECT_LT(log->count(), mails);
  through.stop(0ms);
}

INSTANTIATE_TEST_SUITE_P(threads, idle_mail_connection,
                         ::testing::Combine(::testing::Values(1, 2),
                                            ::testing::Values(mail_encryption::none,
                                                              mail_encryption::starttls)));

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

TEST(mail, that_waits_for_a_server_that_hangs_is_given_back) {
  mail_server server{{"--script", R"({"RCPT":"hang"})"}};
  auto request = request_for(server);
  curl_transport through;
  auto log = std::make_shared<completion_log>();
  through.submit(log, {{1, request}, {2, request}, {3, request}});
  EXPECT_THAT(server.commands_until("RCPT"), Contains("MAIL"));
  EXPECT_THAT(through.withdraw(*log), ElementsAre(2, 3));
  through.stop(0ms);
  EXPECT_EQ(log->reply(1).fault, wire_fault::stopped);
  EXPECT_EQ(log->count(), 1u);
}

TEST(mail, in_flight_is_cut_short_by_a_stop) {
  mail_server server{{"--script", R"({"RCPT":"hang"})"}};
  auto request = request_for(server);
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

} // namespace

} // namespace tocsin::channels
