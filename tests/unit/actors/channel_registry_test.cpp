#include "actors/registry/channel_registry.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/held_transport.hpp"
#include "tests/unit/actors/fake_ledger.hpp"

#include <caf/send.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

/// The registry before a ledger that stores nothing.
class channel_registry_test : public actor_fixture {
protected:
  channel_registry_test() {
    auto access = std::make_shared<const channel_access>(env, nullptr, outbound_options{});
    ledger = spawn_fake_ledger(system, {});
    channel_registry_options options{access, ledger, transport, now(), board};
    options.pauses = pauses;
    options.steady_now = steady_now();
    registry = system.spawn(channel_registry, options);
  }

  ~channel_registry_test() override {
    // A tester lives until its transport has answered.
    end_tests();
    self->send_exit(registry, caf::exit_reason::user_shutdown);
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  /// A channel that nobody has stored.
  static channel_draft draft_of(const char* customer, channel_type type, std::string settings) {
    channel_draft draft;
    draft.owner = {recipient_kind::customer, customer};
    draft.name = "draft";
    draft.type = type;
    draft.settings = std::move(settings);
    return draft;
  }

  static channel_draft webhook_of(const char* customer) {
    return draft_of(customer, channel_type::webhook, R"({"url":"http://receiver.example/"})");
  }

  static channel_draft discord_of(const char* customer) {
    return draft_of(
      customer, channel_type::discord,
      R"({"webhook_url":"https://discord.com/api/webhooks/12345678901234567/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})");
  }

  /// Begins a test and goes, as a client does that drops its connection.
  void test_and_go(channel_draft draft) {
    caf::anon_send(registry, test_channel_draft{std::move(draft)});
    run();
  }

  /// Why a test is refused; nothing where it began.
  std::optional<failure> refusal_of(channel_draft draft) {
    auto held = transport->held();
    auto pending = self->request(registry, caf::infinite, test_channel_draft{std::move(draft)});
    run();
    if (transport->held() > held)
      return std::nullopt;
    std::optional<failure> result;
    pending.receive([](test_report&) {}, [&](caf::error& fault) { result = to_failure(fault); });
    return result;
  }

  /// A test of mails to three recipients that has begun.
  auto begin_mail_test(std::string_view to = R"(["b@b.example","c@c.example","d@d.example"])") {
    auto settings = fmt::format(R"({{"host":"mail.example","from":"a@a.example","to":{}}})", to);
    auto draft = draft_of("acme", channel_type::email, std::move(settings));
    auto pending = self->request(registry, caf::infinite, test_channel_draft{std::move(draft)});
    run();
    return pending;
  }

  /// What a test tells at its end.
  static outcome result_of(auto& pending) {
    outcome result;
    pending.receive([&](test_report& x) { result = std::move(x.result); },
                    [](caf::error& fault) { ADD_FAILURE() << to_failure(fault).detail; });
    return result;
  }

  void answer(const channels::wire_reply& reply) {
    transport->complete_held(reply);
    run();
  }

  /// A server's last word on a mail.
  static channels::wire_reply answer_at(channels::smtp_step step, int code) {
    channels::wire_reply result;
    result.code = code;
    result.step = step;
    return result;
  }

  /// Ends all tests that are under way.
  void end_tests() {
    transport->refuse_held();
    run();
  }

  std::shared_ptr<held_transport> transport = std::make_shared<held_transport>();
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  delivery_ledger_actor ledger;
  channel_registry_actor registry;
};

TEST_F(channel_registry_test, names_a_wrong_address_of_a_trigger_by_an_escaped_pointer) {
  channel_draft draft;
  draft.owner = {recipient_kind::admin, "ops"};
  draft.name = "mails";
  draft.type = channel_type::email;
  draft.settings = R"({"host":"192.0.2.1","from":"a@example.com","to":["b@example.com"]})";
  draft.triggers["deploy/~"].to = {"c@example.com", "nobody"};
  auto refused = ask<channel_view>(registry, create_channel{draft});
  ASSERT_FALSE(refused);
  std::vector<std::string> faults;
  for (auto& each : refused.error().fields)
    faults.push_back(each.pointer + ' ' + each.code);
  EXPECT_THAT(faults, testing::ElementsAre("/triggers/deploy~1~0 unknown_event_type",
                                           "/triggers/deploy~1~0/to/1 wrong_format"));
}

TEST_F(channel_registry_test, tests_one_recipient_alone_where_the_server_does_not_answer) {
  auto test = begin_mail_test();
  EXPECT_EQ(transport->held(), 1u);
  channels::wire_reply silence;
  silence.fault = channels::wire_fault::timed_out;
  silence.stage = attempt_stage::connect;
  answer(silence);
  EXPECT_EQ(transport->held(), 0u);
  auto result = result_of(test);
  EXPECT_EQ(result.code, "timed_out");
  EXPECT_EQ(result.stage, attempt_stage::connect);
}

TEST_F(channel_registry_test, tests_the_other_recipients_once_the_first_is_taken_or_refused) {
  auto taken = answer_at(channels::smtp_step::done, 250);
  for (auto& first : {taken, answer_at(channels::smtp_step::rcpt, 550)}) {
    auto test = begin_mail_test();
    answer(first);
    EXPECT_EQ(transport->held(), 2u);
    answer(taken);
    EXPECT_EQ(result_of(test).code, std::to_string(first.code));
  }
}

TEST_F(channel_registry_test, tests_a_recipient_once_who_is_listed_twice) {
  auto taken = answer_at(channels::smtp_step::done, 250);
  auto test = begin_mail_test(R"(["b@b.example","Ops <b@b.example>","c@c.example"])");
  answer(taken);
  EXPECT_EQ(transport->held(), 1u);
  answer(taken);
  EXPECT_EQ(result_of(test).code, "250");
}

TEST_F(channel_registry_test, refuses_the_fifth_test_of_one_customer_and_not_those_of_another) {
  for (int i = 0; i < 4; ++i)
    test_and_go(webhook_of("acme"));
  ASSERT_EQ(transport->held(), 4u);
  auto refused = refusal_of(webhook_of("acme"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::overloaded);
  EXPECT_THAT(refused->detail, testing::HasSubstr("4 tests of customer/acme are under way"));
  EXPECT_FALSE(refusal_of(webhook_of("globex")));
}

TEST_F(channel_registry_test, counts_a_test_that_hangs_until_the_transport_lets_go_of_it) {
  for (int i = 0; i < 4; ++i)
    test_and_go(webhook_of("acme"));
  // By now the registry has given the testers up.
  advance(std::chrono::minutes{2});
  EXPECT_TRUE(refusal_of(webhook_of("acme")));
  end_tests();
  EXPECT_FALSE(refusal_of(webhook_of("acme")));
}

TEST_F(channel_registry_test, bounds_the_tests_of_all_customers_together) {
  for (int i = 0; i < 64; ++i)
    test_and_go(webhook_of(fmt::format("customer-{}", i / 4).c_str()));
  ASSERT_EQ(transport->held(), 64u);
  auto refused = refusal_of(webhook_of("globex"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::overloaded);
  end_tests();
  EXPECT_FALSE(refusal_of(webhook_of("globex")));
}

TEST_F(channel_registry_test, lets_one_customer_begin_thirty_tests_a_minute) {
  for (int i = 0; i < 30; ++i) {
    ASSERT_FALSE(refusal_of(webhook_of("acme"))) << i;
    end_tests();
    advance(std::chrono::seconds{1});
  }
  auto refused = refusal_of(webhook_of("acme"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::overloaded);
  EXPECT_THAT(refused->detail, testing::HasSubstr("in 30 s"));
  EXPECT_FALSE(refusal_of(webhook_of("globex")));
  advance(std::chrono::seconds{30});
  EXPECT_FALSE(refusal_of(webhook_of("acme")));
}

TEST_F(channel_registry_test, sends_no_test_to_a_provider_that_asked_for_a_pause) {
  pauses->note_pause({"another webhook", "discord"}, channels::pause_scope::sender,
                     *steady + std::chrono::minutes{5}, *steady);
  auto refused = refusal_of(discord_of("acme"));
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, errc::overloaded);
  EXPECT_THAT(refused->detail, testing::HasSubstr("before 2026-03-29T12:05:00Z"));
  EXPECT_FALSE(refusal_of(webhook_of("acme")));
  advance(std::chrono::minutes{5});
  EXPECT_FALSE(refusal_of(discord_of("acme")));
}

} // namespace

} // namespace tocsin
