#include "tests/unit/actors/worker_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

/// A provider that takes messages in their plain form only, or not even so.
class remedy_test : public worker_fixture {
protected:
  remedy_test() {
    plan->verdicts = {{outcome_class::rejected, {}}};
    plan->cure = channels::remedy::send_plain;
  }

  /// The next attempt at the delivery, after this many that counted.
  record_attempt attempt_after(uint16_t attempts) {
    give_again(id, attempts);
    await_attempts(made.size() + 1);
    return made.back();
  }

  delivery_id id{ids.next(2)};
};

TEST_F(remedy_test, is_applied_at_once_and_once_per_delivery) {
  auto refused = attempt_after(0);
  EXPECT_EQ(refused.value.result.kind, outcome_class::retry);
  EXPECT_EQ(refused.next, delivery_state::scheduled);
  EXPECT_EQ(refused.due_at, *wall);
  EXPECT_EQ(attempt_after(1).next, delivery_state::dead_letter);
  EXPECT_THAT(plan->plain, ElementsAre(false, true));
}

TEST_F(remedy_test, stays_with_a_delivery_that_is_tried_again_for_another_reason) {
  attempt_after(0);
  plan->cure = channels::remedy::none;
  plan->verdicts = {{outcome_class::retry, {}}};
  attempt_after(1);
  advance(1min);
  attempt_after(2);
  EXPECT_THAT(plan->plain, ElementsAre(false, true, true));
}

TEST_F(remedy_test, is_forgotten_with_the_delivery) {
  attempt_after(0);
  plan->verdicts = {{}};
  plan->cure = channels::remedy::none;
  attempt_after(1);
  attempt_after(0);
  EXPECT_THAT(plan->plain, ElementsAre(false, true, false));
}

TEST_F(remedy_test, waits_like_any_retry_from_the_fourth_attempt_on) {
  EXPECT_EQ(attempt_after(2).due_at, *wall);
  id = delivery_id{ids.next(2)};
  auto fourth = attempt_after(3);
  EXPECT_EQ(fourth.next, delivery_state::scheduled);
  EXPECT_GE(fourth.due_at, *wall + 135s);
}

} // namespace

} // namespace tocsin
