#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/standin/failures.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_to.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

namespace tocsin {

namespace {

using standin::find_failure;
using standin::provider;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view old_chat = "-4012345";
constexpr std::string_view new_chat = "-1001234567890";

/// How long the provider keeps a reply back so that a person's change is stored before it, however
/// slow the machine is.
constexpr auto long_enough_for_a_change = std::chrono::seconds{2};

class resends : public service_fixture {
protected:
  std::string add_slack(std::string_view hook = "B00000001") {
    return add_channel(fmt::format(R"({{"name":"slack {0}","type":"slack","settings":)"
                                   R"({{"webhook_url":"https://hooks.slack.com/services/)"
                                   R"(T00000001/{0}/StandInStandInStandInXX"}}}})",
                                   hook));
  }

  std::string add_discord(std::string_view id) {
    return add_channel(
      fmt::format(R"({{"name":"discord {0}","type":"discord","settings":{{"webhook_url":)"
                  R"("https://discord.com/api/webhooks/{0}/{1}"}}}})",
                  id, "StandIn_StandIn-StandIn_StandIn-StandIn_StandIn-StandIn_StandIn-XXXX"));
  }

  std::string add_telegram(std::string_view name, std::string_view chat) {
    return add_channel(fmt::format(R"({{"name":"{}","type":"telegram","settings":)"
                                   R"({{"bot_token":"{}","chat_id":{}}}}})",
                                   name, standin::provider_standin::telegram_token, chat));
  }

  /// The attempts of the only delivery of an event that has ended.
  api_reply delivery_of(const std::string& event) {
    auto ended = wait_until_ended(event);
    return api().get("/deliveries/" + ended.text("/deliveries/0/id"));
  }

  static std::string chat_of(const standin::record& x) {
    return boost::json::serialize(boost::json::parse(x.body).at("chat_id"));
  }
};

/// One way in which a provider refuses the rich form of a message.
struct refusal_case {
  const char* name;
  provider from;
  const char* failure;
  /// Stands in the rich form only.
  const char* rich_mark;
};

class refused_form : public resends, public testing::WithParamInterface<refusal_case> {
protected:
  /// Adds a channel of the provider in question; gives its id.
  std::string add() {
    switch (GetParam().from) {
    case provider::slack: return add_slack();
    case provider::discord: return add_discord("123456789012345678");
    default: return add_telegram("ops", old_chat);
    }
  }
};

TEST_P(refused_form, is_followed_by_the_plain_one_at_once) {
  auto& x = GetParam();
  add();
  providers.script(std::string{standin::to_string(x.from)}, *find_failure(x.failure));
  auto delivery = delivery_of(send("deploy.failure", R"(,"details":{"image":"my<app>"})"));
  EXPECT_EQ(delivery.text("/state"), "delivered");
  ASSERT_EQ(delivery.body.at("attempt_log").as_array().size(), 2u);
  EXPECT_EQ(delivery.text("/attempt_log/0/outcome"), "retry");
  EXPECT_FALSE(delivery.text("/attempt_log/0/text").empty());
  EXPECT_EQ(delivery.text("/attempt_log/1/outcome"), "delivered");
  auto refused = providers.refused(x.from);
  auto accepted = providers.received(x.from);
  ASSERT_EQ(refused.size(), 1u);
  ASSERT_EQ(accepted.size(), 1u);
  EXPECT_THAT(refused[0].body, HasSubstr(x.rich_mark));
  EXPECT_THAT(accepted[0].body, Not(HasSubstr(x.rich_mark)));
  for (auto& fact : {"my-app", "It happened", "Image"})
    EXPECT_THAT(accepted[0].body, HasSubstr(fact));
}

TEST_P(refused_form, is_followed_by_the_plain_one_in_a_send_test_too) {
  auto& x = GetParam();
  auto id = add();
  providers.script(std::string{standin::to_string(x.from)}, *find_failure(x.failure));
  auto report = api().post("/channels/" + id + "/test", R"({"event_type":"deploy.failure"})");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.text("/outcome"), "delivered");
  EXPECT_EQ(report.text("/code"), "200");
  EXPECT_THAT(report.text("/hint"), HasSubstr("The formatted message was refused (400"));
  EXPECT_THAT(report.text("/hint"), HasSubstr("as plain text, which was taken"));
  EXPECT_THAT(report.text("/request/body"), Not(HasSubstr(x.rich_mark)));
  auto accepted = providers.received(x.from);
  ASSERT_EQ(accepted.size(), 1u);
  EXPECT_EQ(accepted[0].body, report.text("/request/body"));
  EXPECT_EQ(providers.refused(x.from).size(), 1u);
}

TEST_P(refused_form, is_tried_twice_and_no_more_in_a_send_test) {
  auto& x = GetParam();
  auto id = add();
  providers.script(std::string{standin::to_string(x.from)}, find_failure(x.failure)->repeated(0));
  auto report = api().post("/channels/" + id + "/test", "{}");
  EXPECT_EQ(report.text("/outcome"), "rejected");
  EXPECT_THAT(report.text("/hint"), HasSubstr("as plain text. "));
  EXPECT_EQ(providers.refused(x.from).size(), 2u);
}

TEST_P(refused_form, is_given_up_where_the_plain_one_is_refused_too) {
  auto& x = GetParam();
  add();
  providers.script(std::string{standin::to_string(x.from)}, find_failure(x.failure)->repeated(0));
  auto delivery = delivery_of(send("deploy.failure"));
  EXPECT_EQ(delivery.text("/state"), "dead_letter");
  EXPECT_EQ(delivery.text("/attempt_log/1/outcome"), "rejected");
  EXPECT_EQ(providers.refused(x.from).size(), 2u);
}

TEST_P(refused_form, stays_plain_through_a_passing_fault) {
  auto& x = GetParam();
  add();
  auto endpoint = std::string{standin::to_string(x.from)};
  providers.script(endpoint, *find_failure(x.failure));
  providers.script(endpoint, standin::html_bad_gateway());
  EXPECT_EQ(delivery_of(send("deploy.failure")).text("/state"), "delivered");
  auto refused = providers.refused(x.from);
  ASSERT_EQ(refused.size(), 2u);
  EXPECT_THAT(refused[1].body, Not(HasSubstr(x.rich_mark)));
}

INSTANTIATE_TEST_SUITE_P(
  providers, refused_form,
  testing::Values(
    refusal_case{"slack_blocks", provider::slack, "slack.invalid_blocks", "attachments"},
    refusal_case{"slack_attachments", provider::slack, "slack.too_many_attachments", "attachments"},
    refusal_case{"slack_bad_attachments", provider::slack, "slack.invalid_attachments",
                 "attachments"},
    refusal_case{"slack_length", provider::slack, "slack.msg_blocks_too_long", "attachments"},
    refusal_case{"discord_form", provider::discord, "discord.50035", "embeds"},
    refusal_case{"discord_empty", provider::discord, "discord.50006", "embeds"},
    refusal_case{"telegram_html", provider::telegram, "telegram.cannot_parse", "parse_mode"}),
  [](auto& instance) { return std::string{instance.param.name}; });

TEST_F(resends, follow_a_group_that_moved_and_keep_its_new_number) {
  auto channel = add_telegram("ops", old_chat);
  providers.script("telegram",
                   find_failure("telegram.migrated")->repeated(0).matching(std::string{old_chat}));
  auto delivery = delivery_of(send("deploy.failure"));
  EXPECT_EQ(delivery.text("/state"), "delivered");
  ASSERT_EQ(delivery.body.at("attempt_log").as_array().size(), 2u);
  EXPECT_EQ(delivery.text("/attempt_log/0/outcome"), "retry");
  EXPECT_THAT(delivery.text("/attempt_log/0/text"), HasSubstr(new_chat));
  auto stored = api().get("/channels/" + channel);
  EXPECT_EQ(boost::json::serialize(stored.body.at("settings").at("chat_id")), new_chat);
  EXPECT_EQ(stored.body.at("revision").to_number<int>(), 2);
  service->restart();
  EXPECT_EQ(delivery_of(send("deploy.failure")).text("/state"), "delivered");
  EXPECT_EQ(providers.refused(provider::telegram).size(), 1u);
  auto accepted = providers.received(provider::telegram);
  ASSERT_EQ(accepted.size(), 2u);
  for (auto& x : accepted)
    EXPECT_EQ(chat_of(x), new_chat);
}

TEST_F(resends, follow_a_group_that_moved_in_a_send_test_too) {
  auto channel = add_telegram("ops", old_chat);
  providers.script("telegram",
                   find_failure("telegram.migrated")->repeated(0).matching(std::string{old_chat}));
  auto report = api().post("/channels/" + channel + "/test", "{}");
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.text("/outcome"), "delivered");
  EXPECT_THAT(report.text("/hint"), HasSubstr("the chat is now " + std::string{new_chat}));
  EXPECT_THAT(report.text("/hint"), HasSubstr("is stored"));
  EXPECT_THAT(report.text("/request/body"), HasSubstr(new_chat));
  auto stored = api().get("/channels/" + channel);
  EXPECT_EQ(boost::json::serialize(stored.body.at("settings").at("chat_id")), new_chat);
  EXPECT_EQ(stored.body.at("revision").to_number<int>(), 2);
  EXPECT_EQ(delivery_of(send("deploy.failure")).text("/state"), "delivered");
  EXPECT_EQ(providers.refused(provider::telegram).size(), 1u);
  EXPECT_EQ(providers.received(provider::telegram).size(), 2u);
}

TEST_F(resends, follow_a_group_whose_new_chat_wants_plain_text_in_a_send_test) {
  auto channel = add_telegram("ops", old_chat);
  providers.script("telegram",
                   find_failure("telegram.migrated")->repeated(0).matching(std::string{old_chat}));
  providers.script("telegram",
                   find_failure("telegram.cannot_parse")->matching(std::string{new_chat}));
  auto report = api().post("/channels/" + channel + "/test", R"({"event_type":"deploy.failure"})");
  EXPECT_EQ(report.text("/outcome"), "delivered");
  EXPECT_THAT(report.text("/hint"), HasSubstr("is stored"));
  EXPECT_THAT(report.text("/hint"), HasSubstr("as plain text, which was taken"));
  EXPECT_EQ(providers.refused(provider::telegram).size(), 2u);
}

TEST_F(resends, do_not_follow_a_group_in_a_send_test_of_a_channel_that_is_not_stored) {
  providers.script("telegram",
                   find_failure("telegram.migrated")->repeated(0).matching(std::string{old_chat}));
  auto body = fmt::format(R"({{"name":"ops","type":"telegram","settings":)"
                          R"({{"bot_token":"{}","chat_id":{}}}}})",
                          standin::provider_standin::telegram_token, old_chat);
  auto report = api().post("/channels/test", body);
  EXPECT_EQ(report.status, 200);
  EXPECT_EQ(report.text("/outcome"), "retry");
  EXPECT_THAT(report.text("/hint"), HasSubstr("enter its new chat id"));
  EXPECT_EQ(providers.refused(provider::telegram).size(), 1u);
  EXPECT_TRUE(providers.received(provider::telegram).empty());
}

TEST_F(resends, do_not_undo_another_change_in_a_send_test) {
  auto channel = add_telegram("ops", old_chat);
  providers.script("telegram", find_failure("telegram.migrated")
                                 ->matching(std::string{old_chat})
                                 .delayed(long_enough_for_a_change));
  std::thread person{[&] {
    api_client own{service->url(), service->token()};
    ASSERT_TRUE(providers.wait_for_refused_count(provider::telegram, 1, deadline()));
    EXPECT_EQ(own.patch("/channels/" + channel, R"({"settings":{"chat_id":-77}})").status, 200);
  }};
  auto report = api().post("/channels/" + channel + "/test", "{}");
  person.join();
  EXPECT_EQ(report.text("/outcome"), "retry");
  EXPECT_THAT(report.text("/hint"), HasSubstr("could not be stored now"));
  auto stored = api().get("/channels/" + channel);
  EXPECT_EQ(stored.body.at("settings").at("chat_id"), -77);
}

TEST_F(resends, follow_a_group_that_moves_amid_many_messages) {
  add_telegram("ops", old_chat);
  providers.script("telegram",
                   find_failure("telegram.migrated")->repeated(0).matching(std::string{old_chat}));
  std::vector<std::string> events;
  for (int i = 0; i < 4; ++i)
    events.push_back(send("deploy.failure"));
  for (auto& x : events)
    EXPECT_EQ(delivery_of(x).text("/state"), "delivered");
  EXPECT_EQ(providers.received(provider::telegram).size(), 4u);
}

TEST_F(resends, lose_neither_the_new_number_nor_what_a_person_changes_meanwhile) {
  auto channel = add_telegram("ops", old_chat);
  providers.script("telegram",
                   find_failure("telegram.migrated")->repeated(0).matching(std::string{old_chat}));
  constexpr int changes = 30;
  std::thread person{[&] {
    api_client own{service->url(), service->token()};
    for (int i = 1; i <= changes; ++i) {
      auto patch = fmt::format(R"({{"name":"n{0}","settings":{{"topic_id":{0}}}}})", i);
      EXPECT_EQ(own.patch("/channels/" + channel, patch).status, 200);
    }
  }};
  auto delivery = delivery_of(send("deploy.failure"));
  person.join();
  EXPECT_EQ(delivery.text("/state"), "delivered");
  auto stored = api().get("/channels/" + channel);
  EXPECT_EQ(stored.text("/name"), fmt::format("n{}", changes));
  EXPECT_EQ(stored.body.at("settings").at("topic_id"), changes);
  EXPECT_EQ(boost::json::serialize(stored.body.at("settings").at("chat_id")), new_chat);
}

TEST_F(resends, do_not_undo_another_chat_that_a_person_chose) {
  auto channel = add_telegram("ops", old_chat);
  providers.script("telegram", find_failure("telegram.migrated")
                                 ->matching(std::string{old_chat})
                                 .delayed(long_enough_for_a_change));
  auto event = send("deploy.failure");
  ASSERT_TRUE(providers.wait_for_refused_count(provider::telegram, 1, deadline()));
  auto patch = R"({"settings":{"chat_id":-77}})";
  EXPECT_EQ(api().patch("/channels/" + channel, patch).status, 200);
  EXPECT_EQ(delivery_of(event).text("/state"), "delivered");
  auto stored = api().get("/channels/" + channel);
  EXPECT_EQ(stored.body.at("settings").at("chat_id"), -77);
  ASSERT_EQ(providers.received(provider::telegram).size(), 1u);
  EXPECT_EQ(chat_of(providers.received(provider::telegram)[0]), "-77");
}

} // namespace

} // namespace tocsin
