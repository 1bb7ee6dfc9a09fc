#include "tests/integration/channels/standin_channel.hpp"
#include "tests/support/standin/failures.hpp"
#include "tests/unit/channels/sample_events.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

namespace tocsin::channels {

namespace {

using namespace std::chrono_literals;
using enum outcome_class;

/// How every failure that the stand-in knows ends on the first attempt, over the wire.
const std::map<std::string, outcome_class, std::less<>> endings{
  {"slack.invalid_payload", rejected},
  {"slack.user_not_found", rejected},
  {"slack.user_not_found_404", rejected},
  {"slack.invalid_blocks", rejected},
  {"slack.no_text", rejected},
  {"slack.too_many_attachments", rejected},
  {"slack.invalid_attachments", rejected},
  {"slack.msg_blocks_too_long", rejected},
  {"slack.action_prohibited", dead_endpoint},
  {"slack.invalid_token", dead_endpoint},
  {"slack.posting_to_general_channel_denied", dead_endpoint},
  {"slack.posting_to_general_channel_denied_400", dead_endpoint},
  {"slack.channel_not_found", dead_endpoint},
  {"slack.no_service", dead_endpoint},
  {"slack.no_service_id", dead_endpoint},
  {"slack.no_active_hooks", dead_endpoint},
  {"slack.no_team", dead_endpoint},
  {"slack.channel_is_archived", dead_endpoint},
  {"slack.team_disabled", dead_endpoint},
  {"slack.rollup_error", retry},
  {"slack.not_ok", dead_endpoint},
  {"slack.429", throttled},
  {"discord.10003", dead_endpoint},
  {"discord.10004", dead_endpoint},
  {"discord.10015", dead_endpoint},
  {"discord.10016", dead_endpoint},
  {"discord.50027", dead_endpoint},
  {"discord.50001", dead_endpoint},
  {"discord.50013", dead_endpoint},
  {"discord.160005", dead_endpoint},
  {"discord.50083", dead_endpoint},
  {"discord.50006", rejected},
  {"discord.50035", rejected},
  {"discord.50109", rejected},
  {"discord.40005", rejected},
  {"discord.200000", rejected},
  {"discord.240000", rejected},
  {"discord.220001", rejected},
  {"discord.220002", rejected},
  {"discord.220003", rejected},
  {"discord.220004", rejected},
  {"discord.40058", rejected},
  {"discord.40067", rejected},
  {"discord.400", rejected},
  {"discord.40333", throttled},
  {"discord.40004", retry},
  {"discord.40006", retry},
  {"discord.40062", throttled},
  {"discord.110001", retry},
  {"discord.130000", retry},
  {"discord.20016", throttled},
  {"discord.20028", throttled},
  {"discord.20029", throttled},
  {"discord.500", retry},
  {"discord.429", throttled},
  {"discord.429_global", throttled},
  {"discord.429_html", throttled},
  {"discord.403_html", throttled},
  {"telegram.chat_not_found", dead_endpoint},
  {"telegram.private_chat_not_found", dead_endpoint},
  {"telegram.chat_id_is_empty", dead_endpoint},
  {"telegram.thread_not_found", dead_endpoint},
  {"telegram.text_too_long", rejected},
  {"telegram.not_utf8", rejected},
  {"telegram.message_too_long", rejected},
  {"telegram.message_empty", rejected},
  {"telegram.text_non_empty", rejected},
  {"telegram.upgraded_without_number", dead_endpoint},
  {"telegram.cannot_parse", rejected},
  {"telegram.no_rights", rejected},
  {"telegram.unauthorized", dead_endpoint},
  {"telegram.invalid_token", dead_endpoint},
  {"telegram.not_found", dead_endpoint},
  {"telegram.misdirected", dead_endpoint},
  {"telegram.blocked", dead_endpoint},
  {"telegram.deactivated", dead_endpoint},
  {"telegram.kicked", dead_endpoint},
  {"telegram.kicked_from_group", dead_endpoint},
  {"telegram.kicked_from_channel", dead_endpoint},
  {"telegram.not_a_member", dead_endpoint},
  {"telegram.group_deleted", dead_endpoint},
  {"telegram.cannot_initiate", dead_endpoint},
  {"telegram.too_large", rejected},
  {"telegram.media_type", rejected},
  {"telegram.header_too_large", rejected},
  {"telegram.restart", retry},
  {"telegram.bad_gateway", retry},
  {"telegram.unavailable", retry},
  {"telegram.gateway_timeout", retry},
  {"telegram.429", throttled},
  {"telegram.429_overload", throttled},
  {"telegram.migrated", retry},
  {"webhook.301", retry},
  {"webhook.400", retry},
  {"webhook.401", retry},
  {"webhook.403", retry},
  {"webhook.404", retry},
  {"webhook.408", retry},
  {"webhook.410", dead_endpoint},
  {"webhook.413", retry},
  {"webhook.422", retry},
  {"webhook.425", retry},
  {"webhook.429", throttled},
  {"webhook.500", retry},
  {"webhook.502", retry},
  {"webhook.503", retry},
  {"webhook.504", retry},
  {"webhook.429_retry_after", throttled},
  {"webhook.503_retry_after", throttled},
  {"webhook.retry_after_date", throttled},
  {"email.greeting_421", retry},
  {"email.greeting_554", retry},
  {"email.ehlo_502", dead_endpoint},
  {"email.starttls_454", retry},
  {"email.auth_421", retry},
  {"email.auth_432", retry},
  {"email.auth_454", retry},
  {"email.auth_534", dead_endpoint},
  {"email.auth_535", dead_endpoint},
  {"email.auth_538", dead_endpoint},
  {"email.mail_421", retry},
  {"email.mail_450", retry},
  {"email.mail_451", retry},
  {"email.mail_452", retry},
  {"email.mail_455", retry},
  {"email.mail_500", rejected},
  {"email.mail_501", rejected},
  {"email.mail_503", rejected},
  {"email.mail_504", rejected},
  {"email.mail_530", dead_endpoint},
  {"email.mail_550", rejected},
  {"email.mail_552", rejected},
  {"email.mail_554", rejected},
  {"email.rcpt_421", retry},
  {"email.rcpt_450", retry},
  {"email.rcpt_451", retry},
  {"email.rcpt_452", retry},
  {"email.rcpt_455", retry},
  {"email.rcpt_501", rejected},
  {"email.rcpt_550", rejected},
  {"email.rcpt_551", rejected},
  {"email.rcpt_552", retry},
  {"email.rcpt_553", rejected},
  {"email.data_421", retry},
  {"email.data_450", retry},
  {"email.data_451", retry},
  {"email.data_452", retry},
  {"email.data_503", rejected},
  {"email.data_552", rejected},
  {"email.data_554", rejected},
  {"email.end_421", retry},
  {"email.end_450", retry},
  {"email.end_451", retry},
  {"email.end_452", retry},
  {"email.end_500", rejected},
  {"email.end_550", rejected},
  {"email.end_552", rejected},
  {"email.end_554", rejected},
  {"email.no_starttls", dead_endpoint},
  {"email.no_auth", dead_endpoint},
  {"email.idle_421", delivered},
  {"email.drop_after_data", ambiguous},
  {"email.hang_after_data", ambiguous},
  {"email.drop_at_dot", ambiguous},
  {"email.hang_at_dot", ambiguous},
};

/// The failures of HTTP itself, which differ where a status says it all.
struct http_ending {
  const char* name;
  outcome_class slack;
  outcome_class discord;
  outcome_class telegram;
  outcome_class webhook;
};

constexpr http_ending http_endings[] = {
  {"http.502_html", retry, retry, retry, retry},
  {"http.stall", ambiguous, ambiguous, ambiguous, ambiguous},
  {"http.reset", ambiguous, ambiguous, ambiguous, ambiguous},
  {"http.close", ambiguous, ambiguous, ambiguous, ambiguous},
  {"http.redirect", rejected, rejected, rejected, retry},
  // Nothing but its word says that a provider took a message; a webhook's status is its word.
  {"http.huge", rejected, rejected, rejected, delivered},
  {"http.not_ok", rejected, rejected, rejected, delivered},
};

class scripted_failures : public ::testing::TestWithParam<channel_type> {
protected:
  static void expect_ending(const standin::known_failure& failure, outcome_class wanted) {
    SCOPED_TRACE(failure.name);
    standin_channel channel{GetParam(), 2s};
    auto begin = std::chrono::steady_clock::now();
    channel.providers.script(std::string{to_string(GetParam())}, failure.what);
    auto result = channel.send(sample_event());
    // An idle connection fails with the mail after.
    if (result.kind == delivered)
      result = channel.send(sample_event());
    EXPECT_EQ(to_string(result.kind), to_string(wanted)) << result.code << ' ' << result.text;
    EXPECT_LE(result.text.size(), 500u);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  }
};

TEST_P(scripted_failures, end_as_the_table_of_the_provider_says) {
  auto prefix = std::string{to_string(GetParam())} + ".";
  size_t count = 0;
  for (auto& failure : standin::known_failures()) {
    if (!failure.name.starts_with(prefix))
      continue;
    auto i = endings.find(failure.name);
    ASSERT_NE(i, endings.end()) << failure.name << " is missing here";
    expect_ending(failure, i->second);
    ++count;
  }
  EXPECT_GE(count, 16u);
}

class scripted_http_failures : public scripted_failures {};

TEST_P(scripted_http_failures, end_as_the_table_says) {
  auto type = GetParam();
  size_t count = 0;
  for (auto& failure : standin::known_failures()) {
    if (!failure.name.starts_with("http."))
      continue;
    auto x = std::find_if(std::begin(http_endings), std::end(http_endings),
                          [&](auto& y) { return failure.name == y.name; });
    ASSERT_NE(x, std::end(http_endings)) << failure.name << " is missing here";
    expect_ending(failure, type == channel_type::slack      ? x->slack
                           : type == channel_type::discord  ? x->discord
                           : type == channel_type::telegram ? x->telegram
                                                            : x->webhook);
    ++count;
  }
  EXPECT_EQ(count, std::size(http_endings));
}

INSTANTIATE_TEST_SUITE_P(channels, scripted_failures,
                         ::testing::Values(channel_type::email, channel_type::slack,
                                           channel_type::discord, channel_type::telegram,
                                           channel_type::webhook),
                         [](auto& instance) { return std::string{to_string(instance.param)}; });

INSTANTIATE_TEST_SUITE_P(channels, scripted_http_failures,
                         ::testing::Values(channel_type::slack, channel_type::discord,
                                           channel_type::telegram, channel_type::webhook),
                         [](auto& instance) { return std::string{to_string(instance.param)}; });

} // namespace

} // namespace tocsin::channels
