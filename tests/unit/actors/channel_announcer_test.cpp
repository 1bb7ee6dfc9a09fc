#include "actors/announcing/channel_announcer.hpp"
#include "messages/own_event.hpp"
#include "storage/engine/codec.hpp"
#include "storage/files/secret_box.hpp"
#include "tests/support/actor_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// The announcer with a channel that the service has disabled, and a router that only keeps what it
/// is told.
class channel_announcer_test : public actor_fixture {
protected:
  channel_announcer_test() {
    auto box = storage::secret_box::open_key_file(directory.path() / "key");
    auto secrets = std::make_shared<const storage::secret_box>(std::move(*box));
    access = std::make_shared<const channel_access>(env, secrets, outbound_options{});
    apply_now(put_recipient{{ops, "Ops", {}, false, *wall, *wall, 0}, 0});
    value.id = channel_id{ulid_generator{7}.next(1)};
    value.owner = ops;
    value.name = "hook";
    value.settings = R"({"url":"https://hooks.example.com/x"})";
    auto sealed = *access->seal(value);
    value.settings.clear();
    apply_now(put_channel{value, sealed, 0});
    router
      = system.spawn([this](trigger_router_actor::pointer) -> trigger_router_actor::behavior_type {
          return {[this](route_submission& msg) {
                    announced.push_back(msg.baton->events.at(0));
                    return events_accepted{};
                  },
                  [](const configuration_changed&) {}};
        });
    start();
    disable(sealed, 1);
  }

  ~channel_announcer_test() override {
    self->send_exit(router, caf::exit_reason::user_shutdown);
    self->send_exit(announcer, caf::exit_reason::user_shutdown);
    run();
  }

  void start() {
    announcer = system.spawn(channel_announcer,
                             channel_announcer_options{access, router, board,
                                                       [this](channel_id, const std::string& what) {
                                                         reports.push_back(what);
                                                       },
                                                       now(), event_retention});
    run();
  }

  void restart() {
    self->send_exit(announcer, caf::exit_reason::user_shutdown);
    start();
  }

  /// Stores the channel as the service leaves it when its endpoint is dead.
  void disable(const std::string& sealed, uint64_t revision) {
    value.enabled = false;
    value.disabled_reason = "410: gone";
    value.updated_at = *wall;
    apply_now(put_channel{value, sealed, revision});
  }

  void tell_of_change() {
    self->send(announcer, configuration_changed{ops, value.id, false});
    run();
  }

  void tell_of_parking() {
    self->send(announcer, channel_parked{value.id, *wall, "it cannot be started: no host"});
    run();
  }

  /// Has nobody read, until the result is gone.
  std::vector<storage::read_transaction> take_all_readers() {
    std::vector<storage::read_transaction> result;
    while (auto reader = env->read())
      result.push_back(std::move(*reader));
    return result;
  }

  static constexpr auto event_retention = 24h;

  const recipient_id ops{recipient_kind::admin, "ops"};
  std::shared_ptr<const channel_access> access;
  channel value;
  std::vector<submitted_event> announced;
  std::vector<std::string> reports;
  trigger_router_actor router;
  channel_announcer_actor announcer;
};

TEST_F(channel_announcer_test, tells_a_customer_of_its_own_channel) {
  value.owner = {recipient_kind::customer, "acme"};
  EXPECT_EQ(announcement_of(value).customer, "acme");
  value.owner = ops;
  EXPECT_EQ(announcement_of(value).customer, "");
}

TEST_F(channel_announcer_test, announces_each_disabling_once) {
  tell_of_change();
  tell_of_change();
  disable("sealed with another key", 2);
  tell_of_change();
  ASSERT_EQ(announced.size(), 3u);
  EXPECT_EQ(announced[1].idempotency_key, announced[0].idempotency_key);
  EXPECT_NE(announced[2].idempotency_key, announced[0].idempotency_key);
}

TEST_F(channel_announcer_test, says_of_a_parked_channel_why) {
  tell_of_parking();
  ASSERT_EQ(announced.size(), 1u);
  auto& x = announced[0].value;
  EXPECT_EQ(x.type, channel_parked_event);
  EXPECT_EQ(x.timestamp, "2026-03-29T12:00:00Z");
  EXPECT_THAT(x.message, HasSubstr("'hook' (webhook) is parked: it cannot be started: no host."));
  EXPECT_THAT(x.details, HasSubstr("\"target\":\"hooks.example.com/"));
}

TEST_F(channel_announcer_test, announces_later_what_cannot_be_read_now) {
  auto readers = take_all_readers();
  tell_of_change();
  tell_of_parking();
  EXPECT_TRUE(announced.empty());
  EXPECT_EQ(reports.size(), 2u);
  advance(10s);
  EXPECT_TRUE(announced.empty());
  readers.clear();
  advance(10s);
  ASSERT_EQ(announced.size(), 2u);
  EXPECT_EQ(announced[0].value.type, channel_disabled_event);
  EXPECT_EQ(announced[1].value.type, channel_parked_event);
  EXPECT_EQ(announced[1].value.timestamp, "2026-03-29T12:00:00Z");
  advance(60s);
  EXPECT_EQ(announced.size(), 2u);
}

TEST_F(channel_announcer_test, announces_without_the_target_what_the_key_does_not_open) {
  disable("sealed with another key", 2);
  tell_of_change();
  tell_of_parking();
  ASSERT_EQ(announced.size(), 2u);
  for (auto& x : announced) {
    EXPECT_THAT(x.value.message, HasSubstr("'hook' (webhook)"));
    EXPECT_THAT(x.value.details, HasSubstr(to_string(value.id)));
    EXPECT_THAT(x.value.details, testing::Not(HasSubstr("target")));
  }
  EXPECT_TRUE(reports.empty());
}

TEST_F(channel_announcer_test, announces_at_the_start_what_was_disabled_while_its_event_is_kept) {
  restart();
  ASSERT_EQ(announced.size(), 1u);
  EXPECT_EQ(announced[0].value.type, channel_disabled_event);
  advance(event_retention);
  restart();
  ASSERT_EQ(announced.size(), 2u);
  EXPECT_EQ(announced[1].idempotency_key, announced[0].idempotency_key);
  advance(1ms);
  restart();
  EXPECT_EQ(announced.size(), 2u);
}

TEST_F(channel_announcer_test, starts_beside_a_record_that_cannot_be_understood) {
  auto tx = *env->write();
  ASSERT_TRUE(tx.put(storage::database::channels, storage::as_key(channel_id{}), "\x01"));
  ASSERT_TRUE(tx.commit());
  restart();
  EXPECT_EQ(announced.size(), 1u);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], HasSubstr("cannot be examined"));
}

TEST_F(channel_announcer_test, gives_up_on_a_record_that_cannot_be_understood) {
  auto tx = *env->write();
  ASSERT_TRUE(tx.put(storage::database::channels, storage::as_key(value.id), "\x01"));
  ASSERT_TRUE(tx.commit());
  tell_of_change();
  EXPECT_EQ(reports.size(), 1u);
  advance(60s);
  EXPECT_EQ(reports.size(), 1u);
  EXPECT_TRUE(announced.empty());
}

} // namespace

} // namespace tocsin
