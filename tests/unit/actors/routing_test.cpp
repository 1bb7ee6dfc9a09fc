#include "actors/routing/trigger_router.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/files/secret_box.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/unit/actors/fake_ledger.hpp"

#include <caf/send.hpp>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The router and the preference actors it wakes, before a ledger that only keeps what it gets.
class routing_test : public actor_fixture {
protected:
  routing_test() {
    auto box = storage::secret_box::open_key_file(directory.path() / "key");
    auto secrets = std::make_shared<const storage::secret_box>(std::move(*box));
    access = std::make_shared<const channel_access>(env, secrets, outbound_options{});
    fake_ledger fake;
    fake.on_submission = [this](auto& msg) { stored = msg.baton; };
    ledger = spawn_fake_ledger(system, fake);
    router
      = system.spawn(trigger_router, preference_options{access, ledger, now(), board, max_awake});
    add_recipient({recipient_kind::admin, "ops"});
  }

  ~routing_test() override {
    self->send_exit(router, caf::exit_reason::user_shutdown);
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  void add_recipient(recipient_id id, std::string display_name = "",
                     std::vector<std::string> services = {}, bool portal = false) {
    auto name = display_name.empty() ? id.name : display_name;
    recipient x{id, name, std::move(services), portal, *wall, *wall, 0};
    apply_now(put_recipient{x, 0});
    caf::anon_send(router, configuration_changed{id, {}, false});
    run();
  }

  channel_id add_channel(recipient_id owner, const std::string& name) {
    channel x;
    x.name = name;
    x.settings = R"({"url":"http://127.0.0.1:1/"})";
    return add(std::move(owner), std::move(x));
  }

  channel_id add(recipient_id owner, channel x) {
    x.id = channel_id{ids.next(1)};
    x.owner = owner;
    auto sealed = *access->seal(x);
    x.settings.clear();
    apply_now(put_channel{x, sealed, 0});
    caf::anon_send(router, configuration_changed{owner, x.id, false});
    run();
    return x.id;
  }

  /// Sends an event through and gives what was planned for it.
  std::vector<channel_id> route(event x) {
    auto baton = std::make_shared<submission>();
    baton->events.push_back({std::move(x), "", {}, {}});
    stored = nullptr;
    EXPECT_TRUE(ask<events_accepted>(router, route_submission{baton}));
    std::vector<channel_id> result;
    if (stored)
      for (auto& planned : stored->events[0].deliveries)
        result.push_back(planned.channel);
    return result;
  }

  event failure_of(std::string service, std::string customer) {
    return {"", "deploy.failure", std::move(service), std::move(customer), "", "it broke", ""};
  }

  /// How many preference actors there are.
  uint32_t instances() const {
    for (auto& x : board->actors())
      if (x.name == preference_state::name)
        return x.instances;
    return 0;
  }

  static constexpr uint32_t max_awake = 4;

  ulid_generator ids{7};
  std::shared_ptr<const channel_access> access;
  delivery_ledger_actor ledger;
  trigger_router_actor router;
  submission_ptr stored;
};

TEST_F(routing_test, sends_an_event_round_every_admin) {
  auto one = add_channel({recipient_kind::admin, "ops"}, "one");
  add_recipient({recipient_kind::admin, "dev"});
  auto two = add_channel({recipient_kind::admin, "dev"}, "two");
  EXPECT_THAT(route(failure_of("my-app", "")), testing::UnorderedElementsAre(one, two));
}

TEST_F(routing_test, stores_an_event_that_nobody_wants_with_the_reason) {
  EXPECT_THAT(route(failure_of("my-app", "acme")), IsEmpty());
  ASSERT_EQ(stored->events[0].unreached.size(), 1u);
  EXPECT_EQ(stored->events[0].unreached[0].reason, suppression::no_channel);
}

TEST_F(routing_test, sends_a_customer_the_events_of_its_own_services) {
  recipient_id acme{recipient_kind::customer, "acme"};
  add_recipient(acme, "Acme Corp", {"my-app"}, true);
  auto own = add_channel(acme, "own");
  EXPECT_THAT(route(failure_of("my-app", "acme")), ElementsAre(own));
  EXPECT_THAT(route(failure_of("my-app", "Acme Corp")), ElementsAre(own));
  EXPECT_THAT(route(failure_of("other", "acme")), IsEmpty());
  EXPECT_THAT(route(failure_of("my-app", "Beta")), IsEmpty());
  EXPECT_THAT(route(failure_of("my-app", "")), IsEmpty());
}

TEST_F(routing_test, gives_each_customer_of_a_request_its_own_events) {
  std::vector<channel_id> channels;
  for (auto name : {"acme", "beta"}) {
    recipient_id id{recipient_kind::customer, name};
    add_recipient(id, "", {"app"}, true);
    channels.push_back(add_channel(id, "own"));
  }
  auto baton = std::make_shared<submission>();
  for (auto name : {"beta", "acme", "beta"})
    baton->events.push_back({failure_of("app", name), "", {}, {}});
  ASSERT_TRUE(ask<events_accepted>(router, route_submission{baton}));
  ASSERT_EQ(stored->events.size(), 3u);
  EXPECT_EQ(stored->events[0].deliveries.at(0).channel, channels[1]);
  EXPECT_EQ(stored->events[1].deliveries.at(0).channel, channels[0]);
  EXPECT_EQ(stored->events[2].deliveries.at(0).channel, channels[1]);
  EXPECT_EQ(stored->events[2].deliveries.size(), 1u);
}

TEST_F(routing_test, sends_whoever_is_listed_twice_one_mail) {
  channel mails;
  mails.name = "mails";
  mails.type = channel_type::email;
  mails.settings = R"({"host":"mx","from":"a@b","to":["c@d","e@f","c@d","Ops <e@f>"]})";
  mails.triggers["ssl.expiring"] = {true, {"g@h", "g@h", "Ops <g@h>"}};
  add({recipient_kind::admin, "ops"}, mails);
  EXPECT_EQ(route(failure_of("my-app", "")).size(), 2u);
  event expiring{"", "ssl.expiring", "my-app", "", "", "soon", ""};
  EXPECT_EQ(route(expiring).size(), 1u);
}

TEST_F(routing_test, plans_anew_after_a_change) {
  EXPECT_THAT(route(failure_of("my-app", "")), IsEmpty());
  auto one = add_channel({recipient_kind::admin, "ops"}, "one");
  EXPECT_THAT(route(failure_of("my-app", "")), ElementsAre(one));
}

TEST_F(routing_test, puts_idle_preference_actors_to_rest_and_wakes_them_again) {
  auto one = add_channel({recipient_kind::admin, "ops"}, "one");
  route(failure_of("my-app", ""));
  EXPECT_EQ(instances(), 1u);
  advance(std::chrono::minutes{9});
  EXPECT_EQ(instances(), 1u);
  advance(std::chrono::minutes{3});
  EXPECT_EQ(instances(), 0u);
  EXPECT_THAT(route(failure_of("my-app", "")), ElementsAre(one));
}

TEST_F(routing_test, keeps_those_awake_that_were_used_last) {
  for (auto name : {"a", "b", "c", "d", "e"})
    add_recipient({recipient_kind::customer, name}, "", {"app"}, true);
  auto own = add_channel({recipient_kind::customer, "a"}, "own");
  // With the admin, whom every event concerns, there are as many as may be.
  for (auto name : {"a", "b", "c"})
    route(failure_of("app", name));
  EXPECT_EQ(instances(), max_awake);
  route(failure_of("app", "d"));
  EXPECT_EQ(instances(), max_awake / 2 + 1);
  for (auto& x : board->actors())
    EXPECT_EQ(x.restarts, 0u) << x.name;
  EXPECT_THAT(route(failure_of("app", "a")), ElementsAre(own));
}

} // namespace

} // namespace tocsin
