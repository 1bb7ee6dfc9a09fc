#include "tests/integration/channels/full_listener.hpp"
#include "tests/integration/channels/mailer.hpp"
#include "tests/integration/channels/own_names.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using enum outcome_class;

TEST(mail_patience, takes_longer_for_replies_than_for_the_connection) {
  mail_server server{{"--script", R"({"greeting":"after 0.5 220 ready",
                                     "AUTH":"after 0.5 235 2.7.0 welcome"})"}};
  mailer mails;
  mails.connect_patience = 200ms;
  EXPECT_EQ(mails.send(settings_with_login(server, "none", "pass")).code, "250 2.0.0");
}

TEST(mail_patience, ends_early_where_nobody_takes_the_connection) {
  full_listener nobody;
  mailer mails;
  mails.connect_patience = 200ms;
  mails.patience = 20s;
  boost::json::object settings{{"host", "127.0.0.1"},
                               {"port", nobody.port()},
                               {"encryption", "none"},
                               {"from", "a@example.com"},
                               {"to", {"ops@example.com"}}};
  auto result = mails.send(settings);
  EXPECT_EQ(result.code, "timed_out");
  EXPECT_EQ(result.stage, attempt_stage::connect);
  EXPECT_LT(mails.last_reply.duration, 10s);
}

TEST(mail_patience, ends_early_where_looking_up_the_name_hangs) {
  mailer mails;
  mails.connect_patience = 200ms;
  boost::json::object settings{{"host", name_that_hangs},
                               {"encryption", "none"},
                               {"from", "a@example.com"},
                               {"to", {"ops@example.com"}}};
  auto result = mails.send(settings);
  EXPECT_EQ(result.code, "timed_out");
  EXPECT_EQ(result.stage, attempt_stage::resolve);
  EXPECT_LT(mails.last_reply.duration, 3s);
}

TEST(mail_patience, leaves_time_for_the_second_address_of_a_name) {
  mail_server server{{"--host", "127.0.0.3", "--script", R"({"greeting":"after 2.5 220 ready"})"}};
  full_listener nobody{"127.0.0.2", server.port()};
  ASSERT_EQ(nobody.port(), server.port());
  mailer mails;
  mails.connect_patience = 4s;
  mails.patience = 20s;
  auto settings = settings_for(server);
  settings["host"] = name_of_two_addresses;
  EXPECT_EQ(mails.send(settings).code, "250 2.0.0");
}

TEST(mail_patience, ends_where_each_reply_is_in_time_and_all_together_are_not) {
  mail_server server{{"--script", R"({"greeting":"after 0.5 220 ready","EHLO":"after 0.5 250 here",
                                     "MAIL":"after 0.5 250 OK"})"}};
  mailer mails;
  mails.whole_patience = 700ms;
  auto result = mails.send(settings_for(server));
  EXPECT_EQ(result.kind, retry);
  EXPECT_EQ(result.code, "timed_out");
}

TEST(mail_patience, is_full_for_the_answer_to_the_content) {
  // Whoever hangs up on that gets the mail twice.
  mail_server server{{"--script", R"({"content":"after 2.5 250 2.0.0 queued"})"}};
  mailer mails;
  mails.patience = 20s;
  mails.whole_patience = 1s;
  EXPECT_EQ(mails.send(settings_for(server)).code, "250 2.0.0");
}

TEST(mail_threads, are_left_to_others_by_a_server_that_hangs) {
  mail_server slow{{"--host", "127.0.0.2", "--script", R"({"greeting":"hang"})"}};
  mail_server good{{"--script", R"({"x":""})"}};
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

TEST(mail_threads, are_left_to_other_owners_by_one_whose_servers_hang) {
  std::vector<std::unique_ptr<mail_server>> slow;
  for (auto host : {"127.0.0.2", "127.0.0.3", "127.0.0.4"})
    slow.push_back(std::make_unique<mail_server>(
      std::vector<std::string>{"--host", host, "--script", R"({"greeting":"hang"})"}));
  mail_server good{{"--script", R"({"x":""})"}};
  transport_options options;
  options.smtp_threads = 4;
  curl_transport through{options};
  auto waiting = std::make_shared<completion_log>("customer/slow");
  auto prompt = std::make_shared<completion_log>("customer/good");
  for (uint64_t i = 0; i < slow.size(); ++i)
    through.submit(waiting, {{i, request_for(*slow[i])}});
  through.submit(prompt, {{1, request_for(good)}});
  EXPECT_TRUE(prompt->wait_for(1));
  EXPECT_EQ(waiting->count(), 0u);
  through.stop(0ms);
}

TEST(mail_threads, are_left_to_others_by_a_server_that_answers_late) {
  mail_server slow{{"--host", "127.0.0.2", "--script",
                    R"({"greeting":"after 0.3 220 ready","MAIL":["250 OK","hang"]})"}};
  mail_server good{{"--script", R"({"x":""})"}};
  transport_options options;
  options.smtp_threads = 4;
  options.smtp_prompt_time = 100ms;
  curl_transport through{options};
  auto first = std::make_shared<completion_log>();
  through.submit(first, {{1, request_for(slow)}});
  ASSERT_TRUE(first->wait_for(1));
  ASSERT_EQ(first->reply(1).fault, wire_fault::none);
  auto waiting = std::make_shared<completion_log>();
  auto prompt = std::make_shared<completion_log>();
  for (uint64_t i = 1; i <= options.smtp_threads; ++i)
    through.submit(waiting, {{i, request_for(slow)}});
  through.submit(prompt, {{1, request_for(good)}});
  EXPECT_TRUE(prompt->wait_for(1));
  EXPECT_EQ(waiting->count(), 0u);
  through.stop(0ms);
}

} // namespace

} // namespace tocsin::channels
