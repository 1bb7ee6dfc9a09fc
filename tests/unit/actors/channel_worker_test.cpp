#include "tests/unit/actors/worker_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

using channel_worker_test = worker_fixture;

TEST_F(channel_worker_test, mails_to_all_addresses_where_a_delivery_names_none) {
  adapter = channels::make_adapter(
              channel_type::email,
              R"({"host":"mx","from":"a@b.example","to":["c@d.example","e@f.example"]})")
              .value();
  self->send_exit(worker, caf::exit_reason::user_shutdown);
  worker = spawn_worker();
  send_due(1);
  run();
  ASSERT_EQ(transport->held(), 1u);
  EXPECT_THAT(std::get<channels::smtp_request>(transport->first()).to,
              ElementsAre("c@d.example", "e@f.example"));
}

TEST_F(channel_worker_test, stops_sending_to_an_endpoint_that_fails_and_counts_no_attempts_then) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(20);
  await_attempts(8);
  // Four at once, and four more before the fifth failure was known.
  EXPECT_EQ(breaker(), policy::breaker_state::open);
  advance(4999ms);
  expect_rest(8);
}

TEST_F(channel_worker_test, sends_a_single_probe_after_the_cool_down_and_all_when_it_succeeds) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(20);
  await_attempts(8);
  advance(5s);
  await_attempts(9);
  EXPECT_EQ(breaker(), policy::breaker_state::open);
  expect_rest(9);
  plan->verdicts = {{outcome_class::delivered, {}}};
  advance(9999ms);
  expect_rest(9);
  advance(1ms);
  await_attempts(20);
  EXPECT_EQ(breaker(), policy::breaker_state::closed);
}

TEST_F(channel_worker_test, never_opens_the_breaker_for_what_is_rejected_or_throttled) {
  plan->verdicts = {{outcome_class::rejected, {}}};
  give(20);
  await_attempts(20);
  EXPECT_EQ(breaker(), policy::breaker_state::closed);
  plan->verdicts = {{outcome_class::throttled, 1s}};
  give(8);
  for (size_t i = 24; i <= 28; i += 4) {
    await_attempts(i);
    advance(1s);
  }
  EXPECT_EQ(breaker(), policy::breaker_state::closed);
}

TEST_F(channel_worker_test, keeps_a_pause_to_its_length_whatever_the_wall_clock_does) {
  for (auto jump : {-24h, 24h}) {
    plan->verdicts = {{outcome_class::throttled, 10s}, {outcome_class::delivered, {}}};
    auto before = made.size();
    give(1);
    await_attempts(before + 1);
    give(1);
    *wall += jump;
    advance(9999ms);
    expect_rest(before + 1);
    advance(1ms);
    await_attempts(before + 2);
  }
}

TEST_F(channel_worker_test, keeps_the_pause_of_the_actor_before) {
  plan->verdicts = {{outcome_class::throttled, 10s}, {outcome_class::delivered, {}}};
  give(1);
  await_attempts(1);
  self->send_exit(worker, caf::exit_reason::kill);
  worker = spawn_worker();
  give(1);
  advance(9s);
  expect_rest(1);
  advance(1s);
  await_attempts(2);
}

TEST_F(channel_worker_test, asks_less_and_less_often_where_it_is_throttled_again_and_again) {
  plan->verdicts = {{outcome_class::throttled, 1s}};
  delivery_id id{ids.next(2)};
  auto throttle = [&] {
    give_again(id, 0);
    await_attempts(made.size() + 1);
    auto pause = made.back().due_at - *wall;
    advance(1min);
    return pause;
  };
  for (std::chrono::milliseconds least : {1s, 5s, 15s, 45s}) {
    auto pause = throttle();
    EXPECT_GE(pause, least);
    EXPECT_LE(pause, least * 6 / 5);
  }
  plan->verdicts = {{outcome_class::retry, {}}};
  throttle();
  plan->verdicts = {{outcome_class::throttled, 1s}};
  EXPECT_LE(throttle(), 2s);
}

TEST_F(channel_worker_test, keeps_to_the_asked_pause_where_something_gets_through_in_between) {
  delivery_id unlucky{ids.next(2)};
  for (int i = 0; i < 10; ++i) {
    plan->verdicts = {{outcome_class::throttled, 1s}};
    give_again(unlucky, 0);
    await_attempts(made.size() + 1);
    EXPECT_LE(made.back().due_at - *wall, 1200ms) << i;
    advance(2s);
    plan->verdicts = {{outcome_class::delivered, {}}};
    give(1);
    await_attempts(made.size() + 1);
  }
}

TEST_F(channel_worker_test, lengthens_the_pauses_of_a_channel_once_per_pause) {
  plan->verdicts = {{outcome_class::throttled, 1s}};
  // Each of these is throttled for the first time.
  auto expect_pauses = [&](std::chrono::milliseconds least) {
    auto before = made.size();
    give(3);
    await_attempts(before + 3);
    for (auto i = before; i < made.size(); ++i) {
      EXPECT_GE(made[i].due_at - *wall, least);
      EXPECT_LE(made[i].due_at - *wall, least * 6 / 5);
    }
  };
  expect_pauses(1s);
  advance(1s);
  expect_pauses(5s);
  // These do not wait for the end of that pause, and lengthen nothing.
  for (int i = 0; i < 3; ++i) {
    advance(1s);
    expect_pauses(5s);
  }
  advance(2s);
  expect_pauses(15s);
}

TEST_F(channel_worker_test, believes_the_third_refusal_and_not_the_third_failure) {
  self->send_exit(worker, caf::exit_reason::user_shutdown);
  adapter
    = channels::make_adapter(channel_type::webhook, R"({"url":"http://127.0.0.1:1/"})").value();
  worker = spawn_worker();
  delivery_id id{ids.next(2)};
  for (auto status : {502, 502, 404, 502, 404, 404}) {
    give_again(id, static_cast<uint16_t>(made.size()));
    channels::wire_reply reply;
    reply.stage = attempt_stage::accepted;
    reply.code = status;
    answer(reply);
    advance(1min);
  }
  ASSERT_EQ(made.size(), 6u);
  for (size_t i = 0; i < 5; ++i)
    EXPECT_EQ(made[i].next, delivery_state::scheduled) << made[i].value.result.code;
  EXPECT_EQ(made.back().next, delivery_state::dead_letter);
}

TEST_F(channel_worker_test, goes_on_sending_while_refusals_are_not_believed_yet) {
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->is_doubted = true;
  give(20);
  await_attempts(20);
  EXPECT_EQ(breaker(), policy::breaker_state::closed);
}

TEST_F(channel_worker_test, takes_a_refusal_that_it_doubts_for_no_end_of_failures) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(4);
  await_attempts(4);
  plan->is_doubted = true;
  give(1);
  await_attempts(5);
  plan->is_doubted = false;
  give(1);
  await_attempts(6);
  EXPECT_EQ(breaker(), policy::breaker_state::open);
  // The endpoint answers: there is no reason to leave it alone.
  plan->is_doubted = true;
  give(1);
  advance(5s);
  await_attempts(7);
  EXPECT_EQ(breaker(), policy::breaker_state::closed);
}

TEST_F(channel_worker_test, keeps_to_the_pace_of_its_provider) {
  self->send_exit(worker, caf::exit_reason::user_shutdown);
  value.type = channel_type::slack;
  worker = spawn_worker();
  give(20);
  await_attempts(5);
  advance(999ms);
  expect_rest(5);
  advance(1ms);
  await_attempts(6);
  expect_rest(6);
}

TEST_F(channel_worker_test, earns_requests_under_way_and_a_window_that_fits_them) {
  EXPECT_THAT(windows, testing::ElementsAre(4 * policy::in_flight_limit::first));
  give(300);
  EXPECT_EQ(transport->held(), policy::in_flight_limit::first);
  await_attempts(300);
  EXPECT_EQ(windows.back(), 256u);
  give(300);
  EXPECT_EQ(transport->held(), 64u);
}

TEST_F(channel_worker_test, halves_what_it_has_under_way_when_a_request_times_out) {
  give(300);
  await_attempts(300);
  plan->verdicts = {{outcome_class::ambiguous, {}}};
  give(1);
  channels::wire_reply reply;
  reply.fault = channels::wire_fault::timed_out;
  answer(reply);
  EXPECT_EQ(windows.back(), 128u);
  give(300);
  EXPECT_EQ(transport->held(), 32u);
}

TEST_F(channel_worker_test, leaves_the_breaker_closed_when_a_mail_server_refuses_single_mails) {
  plan->verdicts = {{outcome_class::retry, {}}};
  channels::wire_reply greylisted;
  greylisted.code = 450;
  greylisted.step = channels::smtp_step::rcpt;
  give(20);
  while (transport->complete_held(greylisted))
    run();
  EXPECT_EQ(breaker(), policy::breaker_state::closed);
  EXPECT_EQ(made.size(), 20u);
  auto unwilling = greylisted;
  unwilling.step = channels::smtp_step::greeting;
  give(20);
  while (transport->complete_held(unwilling))
    run();
  EXPECT_EQ(breaker(), policy::breaker_state::open);
  EXPECT_LT(made.size(), 40u);
}

TEST_F(channel_worker_test, loses_only_the_delivery_that_the_renderer_breaks_on) {
  plan->render_throws = true;
  give(1);
  give(1, "poison");
  give(1);
  await_attempts(3);
  EXPECT_EQ(std::count_if(made.begin(), made.end(),
                          [](auto& x) { return x.next == delivery_state::delivered; }),
            2);
  EXPECT_EQ(std::count_if(made.begin(), made.end(),
                          [](auto& x) {
                            return x.next == delivery_state::dead_letter
                                   && x.value.result.text == "the renderer broke";
                          }),
            1);
}

TEST_F(channel_worker_test, buries_without_sending_what_is_too_old_even_while_the_breaker_is_open) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(8);
  await_attempts(8);
  ASSERT_EQ(breaker(), policy::breaker_state::open);
  *wall -= 100h;
  give(2);
  *wall += 100h;
  advance(1ms);
  give(1);
  await_attempts(10);
  for (auto& x : {made[8], made[9]}) {
    EXPECT_EQ(x.next, delivery_state::dead_letter);
    EXPECT_EQ(x.value.result.code, "expired");
    EXPECT_FALSE(x.counts);
  }
  EXPECT_EQ(board->channel(value.id)->failed, 0u) << "no attempt was made";
  expect_rest(10);
}

TEST_F(channel_worker_test, keeps_the_probe_for_a_delivery_that_can_be_rendered) {
  plan->render_throws = true;
  plan->verdicts = {{outcome_class::retry, {}}};
  give(8);
  await_attempts(8);
  ASSERT_EQ(breaker(), policy::breaker_state::open);
  give(1, "poison");
  give(1);
  advance(5s);
  await_attempts(10);
  EXPECT_EQ(made.back().value.result.kind, outcome_class::retry);
}

TEST_F(channel_worker_test, starts_no_attempt_while_an_operator_has_all_channels_wait) {
  pauses->pause_all(*wall + 1h);
  give(3);
  advance(59min);
  expect_rest(0);
  advance(1min);
  await_attempts(3);
}

TEST_F(channel_worker_test, goes_on_when_it_is_told_that_a_pause_was_ended_early) {
  pauses->pause_all(*wall + 1h);
  give(2);
  expect_rest(0);
  pauses->pause_all({});
  give(0);
  await_attempts(2);
}

TEST_F(channel_worker_test, keeps_to_the_longer_one_of_two_pauses) {
  pauses->pause_all(*wall + 10s);
  plan->verdicts = {{outcome_class::throttled, 60s}, {}};
  pauses->note_pause({to_string(value.id), ""}, channels::pause_scope::unnamed, *steady + 20s,
                     *steady);
  give(1);
  advance(19s);
  expect_rest(0);
  advance(1s);
  await_attempts(1);
}

TEST_F(channel_worker_test, takes_no_wait_in_the_transport_for_a_part_of_the_attempt) {
  give(1);
  advance(60s);
  channels::wire_reply reply;
  reply.duration = 1s;
  answer(reply);
  ASSERT_EQ(made.size(), 1u);
  EXPECT_EQ(made[0].value.started_at, *wall - 1s);
  EXPECT_EQ(made[0].value.duration, 1s);
}

TEST_F(channel_worker_test, gives_back_at_once_what_only_waits_in_the_transport) {
  plan->verdicts = {{outcome_class::delivered, {}}};
  give(60);
  await_attempts(60);
  transport->under_way = 4;
  give(64);
  ASSERT_EQ(transport->held(), 64u);
  caf::anon_send(worker, drain_channel{});
  run();
  EXPECT_EQ(transport->held(), 4u);
  ASSERT_EQ(given_back.size(), 1u);
  EXPECT_EQ(given_back[0].size(), 60u);
  EXPECT_TRUE(std::is_sorted(given_back[0].begin(), given_back[0].end()));
  EXPECT_TRUE(released.empty());
  await_attempts(64);
  expect_rest(64);
}

TEST_F(channel_worker_test, takes_back_from_the_transport_what_waits_there_as_a_pause_begins) {
  transport->under_way = 1;
  give(4);
  pauses->pause_all(*wall + 1h);
  give(0);
  EXPECT_EQ(transport->held(), 1u);
  await_attempts(1);
  expect_rest(1);
  advance(1h);
  await_attempts(4);
}

} // namespace

} // namespace tocsin
