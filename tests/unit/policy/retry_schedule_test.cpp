#include "policy/retry_schedule.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;

const auto accepted = from_unix_ms(1'000'000'000);

next_step decide_at(timestamp now, outcome_class kind, uint16_t attempts, double jitter = 0,
                    std::optional<std::chrono::seconds> wait = {}) {
  outcome result;
  result.kind = kind;
  result.wait = wait;
  return decide(result, {}, {attempts}, accepted, now, jitter);
}

TEST(retry_schedule, grows_from_five_seconds_to_six_hours) {
  retry_schedule schedule;
  EXPECT_EQ(retry_delay(schedule, 1), 5s);
  EXPECT_EQ(retry_delay(schedule, 2), 15s);
  EXPECT_EQ(retry_delay(schedule, 3), 45s);
  EXPECT_EQ(retry_delay(schedule, 20), 6h);
  EXPECT_EQ(retry_delay(schedule, 65535), 6h);
}

TEST(retry_schedule, ends_what_is_delivered_or_refused) {
  EXPECT_EQ(decide_at(accepted, outcome_class::delivered, 1).state, delivery_state::delivered);
  EXPECT_EQ(decide_at(accepted, outcome_class::rejected, 1).state, delivery_state::dead_letter);
}

TEST(retry_schedule, holds_what_meets_a_dead_endpoint_however_old_it_is) {
  for (auto age : {0h, 100h}) {
    auto step = decide_at(accepted + age, outcome_class::dead_endpoint, 1);
    EXPECT_EQ(step.state, delivery_state::scheduled);
    EXPECT_EQ(step.due_at, accepted + age);
    EXPECT_TRUE(step.counts);
    EXPECT_TRUE(step.disables_channel);
  }
  EXPECT_FALSE(decide_at(accepted, outcome_class::retry, 1).disables_channel);
}

TEST(retry_schedule, is_expired_some_time_after_the_last_try_was_due) {
  retry_schedule schedule;
  EXPECT_FALSE(is_expired(schedule, accepted, accepted + 72h));
  EXPECT_FALSE(is_expired(schedule, accepted, accepted + 79h));
  EXPECT_TRUE(is_expired(schedule, accepted, accepted + 80h));
  schedule.give_up_after = 10s;
  EXPECT_FALSE(is_expired(schedule, accepted, accepted + 11s));
  EXPECT_TRUE(is_expired(schedule, accepted, accepted + 11'001ms));
}

TEST(retry_schedule, takes_what_the_channel_says_over_what_the_service_says) {
  retry_schedule service{1s, 2s, 3s};
  channel one;
  EXPECT_EQ(schedule_of(one, service).longest, 2s);
  one.delivery.first_retry = 10s;
  one.delivery.give_up = 30s;
  one.delivery.on_ambiguous = ambiguous_policy::dead_letter;
  auto schedule = schedule_of(one, service);
  EXPECT_EQ(schedule.first, 10s);
  EXPECT_EQ(schedule.longest, 2s);
  EXPECT_EQ(schedule.give_up_after, 30s);
  EXPECT_EQ(schedule.on_ambiguous, ambiguous_policy::dead_letter);
}

TEST(retry_schedule, of_a_customers_channel_asks_no_more_of_the_service_than_its_own_settings) {
  retry_schedule service;
  channel one;
  one.owner = {recipient_kind::customer, "acme"};
  one.delivery = {1s, 1s, 90 * 24h};
  auto schedule = schedule_of(one, service);
  EXPECT_EQ(schedule.first, service.first);
  EXPECT_EQ(schedule.longest, service.longest);
  EXPECT_EQ(schedule.give_up_after, service.give_up_after);
  one.delivery = {1min, 7h, 10h};
  schedule = schedule_of(one, service);
  EXPECT_EQ(schedule.first, 1min);
  EXPECT_EQ(schedule.longest, 7h);
  EXPECT_EQ(schedule.give_up_after, 10h);
}

TEST(retry_schedule, is_never_early_and_at_most_a_fifth_late) {
  for (double jitter : {-1.0, 0.0, 0.3, 1.0, 2.0}) {
    auto step = decide_at(accepted, outcome_class::retry, 1, jitter);
    EXPECT_EQ(step.state, delivery_state::scheduled);
    EXPECT_GE(step.due_at, accepted + 5s);
    EXPECT_LE(step.due_at, accepted + 6s);
  }
}

TEST(retry_schedule, honours_a_provider_s_pause_and_counts_no_try_for_it) {
  auto step = decide_at(accepted, outcome_class::throttled, 0, 0, 90s);
  EXPECT_EQ(step.due_at, accepted + 90s);
  EXPECT_FALSE(step.counts);
  EXPECT_EQ(decide_at(accepted, outcome_class::retry, 1, 0, 90s).due_at, accepted + 90s);
  EXPECT_EQ(decide_at(accepted, outcome_class::retry, 3, 0, 1s).due_at, accepted + 45s);
}

TEST(retry_schedule, keeps_a_pause_that_ends_after_the_last_try_would_be_due) {
  EXPECT_EQ(decide_at(accepted + 71h, outcome_class::throttled, 0, 0, 2h).due_at, accepted + 73h);
  EXPECT_EQ(decide_at(accepted + 71h, outcome_class::retry, 9, 0, 2h).due_at, accepted + 72h);
}

TEST(retry_schedule, lengthens_pauses_that_follow_one_another) {
  outcome result;
  result.kind = outcome_class::throttled;
  auto pause_after = [&](uint16_t in_a_row, std::chrono::seconds asked) {
    result.wait = asked;
    auto step = decide(result, {}, {1, in_a_row}, accepted, accepted, 0);
    EXPECT_EQ(step.state, delivery_state::scheduled);
    EXPECT_FALSE(step.counts);
    return step.due_at - accepted;
  };
  EXPECT_EQ(pause_after(1, 1s), 1s);
  EXPECT_EQ(pause_after(2, 1s), 5s);
  EXPECT_EQ(pause_after(3, 1s), 15s);
  EXPECT_EQ(pause_after(100, 1s), 6h);
  // What is asked for is kept however short the schedule's delays are.
  EXPECT_EQ(pause_after(1, 600s), 600s);
  EXPECT_EQ(pause_after(3, 600s), 600s);
  EXPECT_EQ(pause_after(7, 600s), 1215s);
}

TEST(retry_schedule, does_not_skip_the_last_try_for_a_pause_it_lengthened) {
  outcome result;
  result.kind = outcome_class::throttled;
  result.wait = 1s;
  EXPECT_EQ(decide(result, {}, {1, 100}, accepted, accepted + 71h, 0).due_at, accepted + 72h);
  EXPECT_EQ(decide(result, {}, {1, 100}, accepted, accepted + 72h, 0).state,
            delivery_state::dead_letter);
}

TEST(retry_schedule, stretches_a_pause_that_is_asked_for_by_a_few_seconds_at_most) {
  for (double jitter : {0.5, 1.0, 2.0})
    for (auto kind : {outcome_class::throttled, outcome_class::retry, outcome_class::ambiguous}) {
      auto step = decide_at(accepted, kind, 1, jitter, 3600s);
      EXPECT_GE(step.due_at, accepted + 3605s);
      EXPECT_LE(step.due_at, accepted + 3610s);
      EXPECT_LE(decide_at(accepted, kind, 1, jitter, 20s).due_at, accepted + 24s);
    }
  // One that is shorter than the schedule's own delay changes nothing.
  EXPECT_EQ(decide_at(accepted, outcome_class::retry, 20, 1, 60s).due_at, accepted + 6h + 72min);
}

TEST(retry_schedule, tries_again_when_it_is_open_whether_the_provider_got_it) {
  EXPECT_EQ(decide_at(accepted, outcome_class::ambiguous, 1).state, delivery_state::scheduled);
}

TEST(retry_schedule, does_not_repeat_what_may_have_arrived_where_the_channel_says_so) {
  retry_schedule schedule;
  schedule.on_ambiguous = ambiguous_policy::dead_letter;
  outcome result;
  result.kind = outcome_class::ambiguous;
  EXPECT_EQ(decide(result, schedule, {}, accepted, accepted, 0).state, delivery_state::dead_letter);
  result.kind = outcome_class::retry;
  EXPECT_EQ(decide(result, schedule, {}, accepted, accepted, 0).state, delivery_state::scheduled);
}

TEST(retry_schedule, gives_up_after_three_days_with_a_last_try_at_the_end) {
  auto last = decide_at(accepted + 71h, outcome_class::retry, 20);
  EXPECT_EQ(last.due_at, accepted + 72h);
  EXPECT_EQ(decide_at(accepted + 72h, outcome_class::retry, 21).state, delivery_state::dead_letter);
}

} // namespace

} // namespace tocsin::policy
