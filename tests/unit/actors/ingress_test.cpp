#include "actors/ingest/ingress.hpp"
#include "messages/event_json.hpp"
#include "messages/field_errors.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/actor_fixture.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

namespace tocsin {

namespace {

event good_event() {
  return {"", "deploy.failure", "my-app", "acme", "", "it broke", ""};
}

class ingress_test : public actor_fixture {
protected:
  ingress_test() {
    // Stands for the router: keeps what it gets and answers as if it were stored.
    router
      = system.spawn([this](trigger_router_actor::pointer) -> trigger_router_actor::behavior_type {
          return {[this](route_submission& msg) {
                    routed = msg.baton;
                    return events_accepted{};
                  },
                  [](const configuration_changed&) {}};
        });
    door = system.spawn(ingress, router, now(), board);
  }

  ~ingress_test() override {
    self->send_exit(router, caf::exit_reason::user_shutdown);
    self->send_exit(door, caf::exit_reason::user_shutdown);
    run();
  }

  submission_ptr routed;
  trigger_router_actor router;
  ingress_actor door;
};

TEST_F(ingress_test, hands_good_events_on_with_the_time_of_acceptance) {
  ASSERT_TRUE(ask<events_accepted>(door, submit_events{{good_event()}, ""}));
  ASSERT_EQ(routed->events.size(), 1u);
  EXPECT_EQ(routed->events[0].value.timestamp, "2026-03-29T12:00:00Z");
  EXPECT_EQ(routed->events[0].idempotency_key, "");
}

TEST_F(ingress_test, gives_every_event_of_a_request_a_key_of_its_own) {
  ASSERT_TRUE(ask<events_accepted>(door, submit_events{{good_event(), good_event()}, "k 1"}));
  EXPECT_EQ(routed->events[0].idempotency_key, "part 0 k 1");
  EXPECT_EQ(routed->events[1].idempotency_key, "last 1 k 1");
  ASSERT_TRUE(ask<events_accepted>(door, submit_events{{good_event()}, "k 1"}));
  EXPECT_EQ(routed->events[0].idempotency_key, "key k 1");
}

TEST_F(ingress_test, refuses_all_events_when_one_is_wrong_and_says_where) {
  auto bad = good_event();
  bad.type = "deploy.maybe";
  bad.message = "";
  auto answer = ask<events_accepted>(door, submit_events{{good_event(), bad}, ""});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::unknown_event_type);
  ASSERT_EQ(answer.error().fields.size(), 2u);
  EXPECT_EQ(answer.error().fields[0].pointer, "/1/event");
  EXPECT_EQ(answer.error().fields[1].pointer, "/1/message");
  EXPECT_EQ(routed, nullptr);
}

TEST_F(ingress_test, refuses_an_unprintable_idempotency_key) {
  auto answer = ask<events_accepted>(door, submit_events{{good_event()}, "a\nb"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::invalid_argument);
}

TEST_F(ingress_test, makes_no_copies_of_a_key_that_is_too_long) {
  auto peak_mib = [] {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
  };
  submit_events request{std::vector<event>(1000), std::string(990 * 1024, 'k')};
  auto before = peak_mib();
  auto answer = ask<events_accepted>(door, std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::invalid_argument);
  EXPECT_TRUE(answer.error().fields.empty());
  EXPECT_LT(peak_mib() - before, 100);
}

TEST_F(ingress_test, tells_no_more_faults_than_an_answer_may_hold) {
  auto bad = good_event();
  bad.type = "deploy.maybe";
  auto answer
    = ask<events_accepted>(door, submit_events{std::vector<event>(max_field_errors + 1, bad), ""});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::unknown_event_type);
  EXPECT_EQ(answer.error().fields.size(), max_field_errors);
}

TEST_F(ingress_test, answers_a_fault_of_its_own_and_goes_on) {
  auto broken_clock = [calls = std::make_shared<int>(0)]() -> timestamp {
    if (++*calls == 1)
      throw std::runtime_error("no time");
    return {};
  };
  auto faulty = system.spawn(ingress, router, broken_clock, board);
  auto answer = ask<events_accepted>(faulty, submit_events{{good_event()}, ""});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, errc::internal_error);
  EXPECT_TRUE(ask<events_accepted>(faulty, submit_events{{good_event()}, ""}));
  self->send_exit(faulty, caf::exit_reason::user_shutdown);
}

TEST_F(ingress_test, is_metered) {
  ask<events_accepted>(door, submit_events{{good_event()}, ""});
  auto stats = board->actors();
  ASSERT_EQ(stats.size(), 1u);
  EXPECT_EQ(stats[0].name, "tocsin.ingress");
  EXPECT_EQ(stats[0].instances, 1u);
  EXPECT_EQ(stats[0].messages_handled, 1u);
}

} // namespace

} // namespace tocsin
