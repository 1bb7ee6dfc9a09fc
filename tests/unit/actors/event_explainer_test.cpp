#include "actors/routing/event_explainer.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/files/secret_box.hpp"
#include "tests/support/actor_fixture.hpp"

#include <caf/send.hpp>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using testing::ElementsAre;

const recipient_id ops{recipient_kind::admin, "ops"};
const recipient_id acme{recipient_kind::customer, "acme"};

class event_explainer_test : public actor_fixture {
protected:
  event_explainer_test() {
    auto box = storage::secret_box::open_key_file(directory.path() / "key");
    secrets = std::make_shared<const storage::secret_box>(std::move(*box));
    restart_with(channels::address_rules::any());
    apply_now(put_recipient{{ops, "Ops", {}, false, *wall, *wall, 0}, 0});
    apply_now(put_recipient{{acme, "Acme Corp", {"app"}, true, *wall, *wall, 0}, 0});
  }

  void restart_with(const channels::address_rules& admin_rules) {
    if (explainer)
      self->send_exit(explainer, caf::exit_reason::user_shutdown);
    outbound_options outbound;
    outbound.admin_rules = admin_rules;
    access = std::make_shared<const channel_access>(env, secrets, outbound);
    explainer = system.spawn(event_explainer,
                             explainer_options{access, now(), steady_now(), board, pauses});
    run();
  }

  ~event_explainer_test() override {
    self->send_exit(explainer, caf::exit_reason::user_shutdown);
    run();
  }

  channel add_channel(const recipient_id& owner, const std::string& name) {
    channel x;
    x.id = channel_id{ids.next(1)};
    x.owner = owner;
    x.name = name;
    x.settings = R"({"url":"https://hooks.example.com/x"})";
    auto sealed = *access->seal(x);
    auto stored = x;
    stored.settings.clear();
    apply_now(put_channel{stored, sealed, 0});
    return x;
  }

  static explain_event about(std::string customer, std::string service = "") {
    return {{"", "deploy.failure", std::move(service), std::move(customer), "", "m", ""}};
  }

  expected<event_explanation> explain(explain_event x) {
    return ask<event_explanation>(explainer, std::move(x));
  }

  static std::vector<recipient_id> recipients_of(const event_explanation& x) {
    std::vector<recipient_id> result;
    for (auto& each : x.recipients)
      result.push_back(each.recipient);
    return result;
  }

  ulid_generator ids{7};
  std::shared_ptr<const storage::secret_box> secrets;
  std::shared_ptr<const channel_access> access;
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  event_explainer_actor explainer;
};

TEST_F(event_explainer_test, looks_at_all_admins_and_the_customer_that_is_named) {
  auto told = explain(about("Acme Corp", "app"));
  ASSERT_TRUE(told);
  EXPECT_EQ(told->customer, acme);
  EXPECT_EQ(told->at, *wall);
  EXPECT_EQ(told->severity, event_severity::error);
  EXPECT_THAT(recipients_of(*told), ElementsAre(ops, acme));
  EXPECT_THAT(recipients_of(*explain(about("nobody"))), ElementsAre(ops));
  EXPECT_FALSE(explain(about("nobody"))->customer);
  EXPECT_THAT(recipients_of(*explain(about(""))), ElementsAre(ops));
}

TEST_F(event_explainer_test, shows_a_customer_whom_the_event_does_not_reach) {
  auto told = explain(about("acme", "other"));
  ASSERT_TRUE(told);
  EXPECT_FALSE(told->recipients.at(1).is_concerned);
  EXPECT_EQ(told->recipients.at(1).rules.back().ground, rule_ground::foreign_service);
}

TEST_F(event_explainer_test, knows_nothing_but_a_customers_own_for_the_customer) {
  auto own = add_channel(acme, "own");
  add_channel(ops, "admins");
  auto question = about("acme", "app");
  question.only_for = acme;
  auto told = explain(question);
  ASSERT_TRUE(told);
  EXPECT_THAT(recipients_of(*told), ElementsAre(acme));
  EXPECT_EQ(told->recipients[0].channels.at(0).channel, own.id);
  question.value.customer.clear();
  EXPECT_THAT(recipients_of(*explain(question)), ElementsAre(acme));
  for (auto other : {"rival", "nobody"}) {
    apply_now(put_recipient{{{recipient_kind::customer, "rival"}, "", {}, true, {}, {}, 0},
                            other == std::string{"rival"} ? 0u : 1u});
    question.value.customer = other;
    auto refused = explain(question);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, errc::not_found);
  }
}

TEST_F(event_explainer_test, goes_by_the_moment_that_is_asked_about) {
  add_channel(ops, "hook");
  put_preference wishes;
  wishes.value.recipient = ops;
  wishes.value.quiet = quiet_hours{0, 60, 0, true};
  apply_now(wishes);
  auto question = about("");
  question.at = parse_rfc3339("2026-03-29T00:30:00Z");
  EXPECT_EQ(explain(question)->recipients[0].channels.at(0).reason, suppression::quiet_hours);
  question.at = parse_rfc3339("2026-03-29T01:30:00Z");
  EXPECT_EQ(explain(question)->recipients[0].channels.at(0).reason, suppression::none);
}

TEST_F(event_explainer_test, refuses_what_ingress_refuses) {
  auto question = about("");
  question.value.type = "unheard.of";
  EXPECT_EQ(explain(question).error().code, errc::unknown_event_type);
  question = about("");
  question.value.message = " ";
  auto refused = explain(question);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::invalid_argument);
  EXPECT_EQ(refused.error().fields.at(0).pointer, "/message");
}

TEST_F(event_explainer_test, tells_what_a_delivery_would_wait_for) {
  auto hook = add_channel(ops, "hook");
  auto holds = [&] { return explain(about(""))->recipients[0].channels.at(0).holds; };
  EXPECT_TRUE(holds().empty());
  board->channel(hook.id)->parked = true;
  ASSERT_EQ(holds().size(), 1u);
  EXPECT_EQ(holds()[0].kind, delivery_hold::parked);
  EXPECT_THAT(holds()[0].detail, testing::HasSubstr("crashed too often"));
  board->channel(hook.id)->parked = false;
  board->channel(hook.id)->breaker = policy::breaker_state::open;
  EXPECT_EQ(holds().at(0).kind, delivery_hold::breaker_open);
  board->channel(hook.id)->breaker = policy::breaker_state::closed;
  auto adapter = access->make_adapter(hook);
  ASSERT_TRUE(adapter) << adapter.error().detail;
  pauses->note_pause(pause_names_of(**adapter, hook.id), channels::pause_scope::endpoint,
                     *steady + std::chrono::seconds{30}, *steady);
  ASSERT_EQ(holds().size(), 1u);
  EXPECT_EQ(holds()[0].kind, delivery_hold::provider_pause);
  EXPECT_EQ(holds()[0].until, *wall + std::chrono::seconds{30});
  advance(std::chrono::seconds{31});
  EXPECT_TRUE(holds().empty());
}

TEST_F(event_explainer_test, tells_why_a_channel_cannot_be_started) {
  auto hook = add_channel(ops, "hook");
  auto hold = [&] {
    auto holds = explain(about(""))->recipients[0].channels.at(0).holds;
    EXPECT_EQ(holds.size(), 1u);
    return holds.at(0);
  };
  // Its supervisor has parked it, or will once it is to send something.
  hook.settings = R"({"url":"http://127.0.0.1/x"})";
  auto sealed = *access->seal(hook);
  hook.settings.clear();
  apply_now(put_channel{hook, sealed, 1});
  restart_with(channels::address_rules::public_only());
  EXPECT_EQ(hold().kind, delivery_hold::parked);
  EXPECT_THAT(hold().detail, testing::StartsWith("it cannot be started: "));
  board->channel(hook.id)->parked = true;
  EXPECT_THAT(hold().detail, testing::StartsWith("it cannot be started: "));
  apply_now(put_channel{hook, "sealed with another key", 2});
  EXPECT_EQ(hold().kind, delivery_hold::parked);
  EXPECT_THAT(hold().detail, testing::StartsWith("it cannot be started: "));
}

TEST_F(event_explainer_test, tells_of_an_operators_pause_but_not_to_customers) {
  add_channel(ops, "hook");
  add_channel(acme, "own");
  pauses->pause_all(*wall + std::chrono::minutes{5});
  auto told = explain(about("acme", "app"));
  for (auto& who : told->recipients) {
    ASSERT_EQ(who.channels.at(0).holds.size(), 1u);
    EXPECT_EQ(who.channels[0].holds[0].kind, delivery_hold::operator_pause);
    EXPECT_EQ(who.channels[0].holds[0].until, *wall + std::chrono::minutes{5});
  }
  auto question = about("acme", "app");
  question.only_for = acme;
  EXPECT_TRUE(explain(question)->recipients.at(0).channels.at(0).holds.empty());
  advance(std::chrono::minutes{5});
  EXPECT_TRUE(explain(about(""))->recipients.at(0).channels.at(0).holds.empty());
}

TEST_F(event_explainer_test, holds_nothing_back_that_is_not_sent) {
  auto hook = add_channel(ops, "hook");
  board->channel(hook.id)->parked = true;
  hook.enabled = false;
  auto sealed = *access->seal(hook);
  hook.settings.clear();
  apply_now(put_channel{hook, sealed, 1});
  auto told = explain(about(""));
  EXPECT_EQ(told->recipients[0].channels.at(0).reason, suppression::channel_disabled);
  EXPECT_TRUE(told->recipients[0].channels.at(0).holds.empty());
}

} // namespace

} // namespace tocsin
