#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/standin/rate_limits.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using standin::provider;

constexpr std::string_view other_bot = "987654321:BBStandInStandInStandInStandInStandIn";
constexpr std::string_view first_id = "123456789012345671";
constexpr std::string_view second_id = "123456789012345672";

/// How long the provider asks to wait in these tests, which is long beside what a busy machine
/// takes for the rest, and what the wait may look shorter by, as two clocks measure it.
constexpr auto pause = 6s;
constexpr auto tolerance = 50ms;

/// Channels that take the events of one service each, so that a test says who sends when.
class shared_pauses : public service_fixture {
protected:
  void add(std::string_view service, std::string_view type, const std::string& settings) {
    add_channel(fmt::format(R"({{"name":"{0}","type":"{1}","settings":{2},)"
                            R"("filters":{{"services":{{"include":["{0}"]}}}}}})",
                            service, type, settings));
  }

  void add_discord(std::string_view service, std::string_view id) {
    add(service, "discord",
        fmt::format(R"({{"webhook_url":"https://discord.com/api/webhooks/{}/{}"}})", id,
                    "StandIn_StandIn-StandIn_StandIn-StandIn_StandIn-StandIn_StandIn-XXXX"));
  }

  void add_telegram(std::string_view service, std::string_view token, int chat) {
    add(service, "telegram", fmt::format(R"({{"bot_token":"{}","chat_id":{}}})", token, chat));
  }

  void add_slack(std::string_view service, std::string_view hook) {
    add(service, "slack",
        fmt::format(R"({{"webhook_url":"https://hooks.slack.com/services/)"
                    R"(T00000001/{}/StandInStandInStandInXX"}})",
                    hook));
  }

  /// Sends an event of `service` that the provider answers with `answer`.
  standin::record refuse(std::string_view service, provider from, const standin::reply& answer) {
    auto before = providers.refused(from).size();
    providers.script(std::string{standin::to_string(from)}, standin::http_answer(answer));
    send_of(service);
    EXPECT_TRUE(providers.wait_for_refused_count(from, before + 1, deadline()));
    // Only once the attempt is recorded has its channel judged the answer.
    wait_until("/deliveries?state=scheduled",
               [&](api_reply& reply) { return reply.body.at("data").as_array().size() > before; });
    return providers.refused(from).back();
  }

  void send_of(std::string_view service) {
    auto event
      = fmt::format(R"({{"event":"deploy.failure","service":"{0}","message":"It {0}s"}})", service);
    EXPECT_EQ(api().post("/events", event).status, 202);
  }

  /// How long after `earlier` the message of `service` was taken.
  std::chrono::milliseconds arrival(std::string_view service, const standin::record& earlier) {
    auto found = providers.wait_for([mark = fmt::format("It {}s", service)](
                                      auto& x) { return x.body.find(mark) != std::string::npos; },
                                    deadline());
    if (!found) {
      ADD_FAILURE() << service << " never came";
      return {};
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(found->received_at
                                                                 - earlier.received_at);
  }

  static double seconds() { return std::chrono::duration<double>(pause).count(); }
};

TEST_F(shared_pauses, hold_all_of_discord_where_the_limit_is_global) {
  add_discord("one", first_id);
  add_discord("two", second_id);
  auto refused = refuse("one", provider::discord, standin::discord_throttled(seconds(), true));
  send_of("two");
  EXPECT_GE(arrival("two", refused), pause - tolerance);
  EXPECT_GE(arrival("one", refused), pause - tolerance);
}

TEST_F(shared_pauses, hold_one_discord_webhook_where_the_limit_is_its_own) {
  add_discord("one", first_id);
  add_discord("same", first_id);
  add_discord("two", second_id);
  auto refused = refuse("one", provider::discord, standin::discord_throttled(seconds(), false));
  send_of("two");
  send_of("same");
  EXPECT_LT(arrival("two", refused), pause);
  EXPECT_GE(arrival("same", refused), pause - tolerance);
}

TEST_F(shared_pauses, hold_channels_of_the_same_slack_webhook) {
  add_slack("one", "B00000001");
  add_slack("same", "B00000001");
  add_slack("two", "B00000002");
  auto refused = refuse("one", provider::slack, standin::slack_throttled(seconds()));
  send_of("two");
  send_of("same");
  EXPECT_LT(arrival("two", refused), pause);
  EXPECT_GE(arrival("same", refused), pause - tolerance);
}

TEST_F(shared_pauses, hold_one_chat_and_the_whole_bot_once_two_of_its_chats_wait) {
  add_telegram("one", standin::provider_standin::telegram_token, -1);
  add_telegram("two", standin::provider_standin::telegram_token, -2);
  add_telegram("three", standin::provider_standin::telegram_token, -3);
  add_telegram("other", other_bot, -3);
  auto first = refuse("one", provider::telegram, standin::telegram_throttled(seconds()));
  send_of("three");
  EXPECT_LT(arrival("three", first), pause);
  auto second = refuse("two", provider::telegram, standin::telegram_throttled(seconds()));
  providers.clear();
  send_of("other");
  send_of("three");
  EXPECT_LT(arrival("other", second), pause);
  EXPECT_GE(arrival("three", second), pause - tolerance);
}

} // namespace

} // namespace tocsin
