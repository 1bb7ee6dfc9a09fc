#include "actors/delivery/channel_worker.hpp"
#include "storage/secret_box.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/held_transport.hpp"

#include <caf/send.hpp>
#include <gmock/gmock.h>

#include <deque>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using channels::wire_fault;

/// How the next attempts end, in turn; the last one stays.
struct script {
  struct verdict {
    outcome_class kind = outcome_class::delivered;
    std::optional<std::chrono::seconds> wait;
  };

  std::deque<verdict> verdicts{{}};
  bool render_throws = false;
  /// What the provider wants the settings to be.
  std::string correction;
};

/// Takes what comes of a request for what the script says.
class scripted_adapter : public channels::adapter {
public:
  explicit scripted_adapter(std::shared_ptr<script> plan) : plan_(std::move(plan)) {
    target_->url = "http://127.0.0.1:1/";
  }

protected:
  expected<channels::wire_request> make_request(const channels::render_context& x) const override {
    if (plan_->render_throws && x.event.value.message == "poison")
      throw std::runtime_error("the renderer broke");
    return channels::wire_request{channels::http_request{target_, {}, "body"}};
  }
  channels::verdict classify_reply(const channels::wire_reply&, uint16_t) const override {
    return next();
  }
  channels::verdict classify_fault(const channels::wire_reply&) const override { return next(); }
  std::vector<std::string> secrets() const override { return {}; }

private:
  channels::verdict next() const {
    auto x = plan_->verdicts.front();
    if (plan_->verdicts.size() > 1)
      plan_->verdicts.pop_front();
    channels::verdict result{{x.kind, attempt_stage::connect, x.wait, "code", "text"}};
    result.settings_patch = plan_->correction;
    return result;
  }

  std::shared_ptr<script> plan_;
  std::shared_ptr<channels::http_target> target_ = std::make_shared<channels::http_target>();
};

/// A channel actor before a ledger that keeps what it is told.
class channel_worker_test : public actor_fixture {
protected:
  channel_worker_test() {
    value.id = channel_id{ids.next(1)};
    ledger = system.spawn(
      [this](delivery_ledger_actor::pointer) -> delivery_ledger_actor::behavior_type {
        return {[](const accept_submission&) { return events_accepted{}; },
                [this](const apply_command& msg) -> caf::result<command_result> {
                  if (auto claim = std::get_if<claim_deliveries>(&msg.value))
                    claims.push_back(claim->ids);
                  if (refusal)
                    return to_error(*refusal);
                  if (auto change = std::get_if<put_channel>(&msg.value))
                    stored.push_back(change->changed_settings);
                  return command_result{};
                },
                [](const store_channels&) { return channels_stored{}; },
                [this](record_attempts& msg) {
                  for (auto& x : msg.attempts)
                    made.push_back(std::move(x));
                },
                [this](const open_window& msg) { windows.push_back(msg.credit); },
                [this](const resize_window& msg) { windows.push_back(msg.credit); },
                [](const subscribe_changes&) {},
                [](const note_moves&) { return noting_begun{}; },
                [](const start_deliveries&) {},
                [](const flush_ledger&) {},
                [](const wake_due&) {},
                [](const prune_expired&) {},
                [](const measure_room&) {},
                [](const close_ledger&) { return ledger_closed{}; }};
      });
    worker = spawn_worker();
  }

  ~channel_worker_test() override {
    self->send_exit(worker, caf::exit_reason::user_shutdown);
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  channel_actor spawn_worker() {
    channel_worker_options options;
    options.ledger = ledger;
    options.transport = transport;
    options.now = now();
    options.steady_now = steady_now();
    options.board = board;
    options.pauses = pauses;
    options.channels = access;
    auto result = system.spawn(channel_worker, options, value,
                               std::make_shared<const scripted_adapter>(plan));
    run();
    return result;
  }

  /// Sends so many due deliveries, and lets nobody look at them yet.
  void send_due(int count, const std::string& message = "it broke") {
    deliveries_due due;
    for (int i = 0; i < count; ++i) {
      auto event = std::make_shared<accepted_event>();
      event->value = {"", "deploy.failure", "my-app", "", "2026-03-29T12:00:00Z", message, ""};
      due.deliveries.push_back({delivery_id{ids.next(2)}, event, "", 0, *wall});
    }
    caf::anon_send(worker, std::move(due));
  }

  /// Makes so many deliveries due.
  void give(int count, const std::string& message = "it broke") {
    send_due(count, message);
    run();
  }

  /// Lets requests end, and what follows from that begin and end, until so many attempts were
  /// recorded in all.
  void await_attempts(size_t count) {
    while (made.size() < count && transport->refuse_held())
      run();
    ASSERT_EQ(made.size(), count);
  }

  /// Sees that nothing is under way, so that nothing more can come.
  void expect_rest(size_t count) {
    run();
    EXPECT_EQ(board->channel(value.id)->in_flight, 0u);
    EXPECT_EQ(made.size(), count);
  }

  policy::breaker_state breaker() { return board->channel(value.id)->breaker; }

  ulid_generator ids{7};
  channel value;
  std::shared_ptr<script> plan = std::make_shared<script>();
  std::shared_ptr<held_transport> transport = std::make_shared<held_transport>();
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  delivery_ledger_actor ledger;
  channel_actor worker;
  std::vector<record_attempt> made;
  std::vector<uint32_t> windows;
  /// What was claimed, and why claims are refused.
  std::vector<std::vector<delivery_id>> claims;
  std::optional<failure> refusal;
  /// What was changed of the settings, by change.
  std::vector<std::vector<std::string>> stored;
  std::shared_ptr<const channel_access> access;
};

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

TEST_F(channel_worker_test, earns_requests_under_way_and_a_window_that_fits_them) {
  // The window says how many it may have under way; looking at the requests would race the replies.
  EXPECT_THAT(windows, testing::ElementsAre(4 * policy::in_flight_limit::first));
  give(300);
  await_attempts(300);
  EXPECT_EQ(windows.back(), 256u);
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
  expect_rest(10);
}

/// A channel that is stored, so that a provider can correct its settings.
class stored_channel_test : public channel_worker_test {
protected:
  stored_channel_test() {
    self->send_exit(worker, caf::exit_reason::user_shutdown);
    auto box = storage::secret_box::open_key_file(directory.path() / "key");
    auto secrets = std::make_shared<const storage::secret_box>(std::move(*box));
    access = std::make_shared<const channel_access>(env, secrets, outbound_options{});
    value.owner = {recipient_kind::admin, "ops"};
    value.name = "one";
    value.settings = R"({"url":"http://127.0.0.1:1/"})";
    apply_now(put_recipient{{value.owner, "Ops", {}, false, *wall, *wall, 0}, 0});
    auto sealed = *access->seal(value);
    auto bare = value;
    bare.settings.clear();
    apply_now(put_channel{bare, sealed, 0});
    value.revision = 1;
    worker = spawn_worker();
  }
};

TEST_F(stored_channel_test, leaves_what_is_due_to_its_successor_once_its_settings_are_corrected) {
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->correction = R"({"url":"http://127.0.0.1:2/"})";
  give(1);
  await_attempts(1);
  EXPECT_THAT(stored, testing::ElementsAre(testing::ElementsAre("url")));
  EXPECT_EQ(made.front().next, delivery_state::scheduled);
  EXPECT_EQ(made.front().due_at, *wall);
  // Before the supervisor replaces it, the ledger hands it what it just gave back, and more.
  give(3);
  expect_rest(1);
  self->monitor(worker);
  caf::anon_send(worker, drain_channel{});
  run();
  auto ended = false;
  self->receive([&](const caf::down_msg& down) { ended = down.source == worker.address(); });
  EXPECT_TRUE(ended);
  expect_rest(1);
}

/// A channel that must not repeat.
class claiming_worker_test : public channel_worker_test {
protected:
  claiming_worker_test() {
    self->send_exit(worker, caf::exit_reason::user_shutdown);
    value.delivery.on_ambiguous = ambiguous_policy::dead_letter;
    worker = spawn_worker();
  }
};

TEST_F(claiming_worker_test, claims_what_it_sends_and_nothing_that_waits) {
  give(20);
  ASSERT_EQ(claims.size(), 1u);
  EXPECT_EQ(claims[0].size(), policy::in_flight_limit::first);
  await_attempts(20);
  size_t claimed = 0;
  for (auto& x : claims)
    claimed += x.size();
  EXPECT_EQ(claimed, 20u);
}

TEST_F(claiming_worker_test, claims_nothing_while_the_breaker_is_open) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(20);
  await_attempts(8);
  auto before = claims.size();
  advance(4999ms);
  EXPECT_EQ(claims.size(), before);
  advance(1ms);
  await_attempts(9);
  ASSERT_EQ(claims.size(), before + 1);
  EXPECT_EQ(claims.back().size(), 1u);
}

TEST_F(claiming_worker_test, sends_nothing_while_claims_cannot_be_stored_and_all_afterwards) {
  refusal = fail(errc::storage_full, "no room");
  give(20);
  expect_rest(0);
  EXPECT_EQ(claims.size(), 1u);
  advance(999ms);
  EXPECT_EQ(claims.size(), 1u);
  advance(1ms);
  EXPECT_EQ(claims.size(), 2u);
  EXPECT_EQ(claims[0], claims[1]);
  expect_rest(0);
  refusal.reset();
  advance(1s);
  await_attempts(20);
}

TEST_F(claiming_worker_test, does_not_send_what_is_not_its_own_to_claim) {
  refusal = fail(errc::conflict, "it is cancelled");
  give(2);
  expect_rest(0);
  refusal.reset();
  give(1);
  await_attempts(1);
  EXPECT_NE(made[0].value.delivery, claims[0][0]);
}

TEST_F(claiming_worker_test, makes_another_probe_after_one_that_could_not_be_claimed) {
  plan->verdicts = {{outcome_class::retry, {}}};
  give(9);
  await_attempts(8);
  refusal = fail(errc::storage_io, "the disk is gone");
  advance(5s);
  expect_rest(8);
  EXPECT_EQ(breaker(), policy::breaker_state::open);
  refusal.reset();
  advance(10s);
  await_attempts(9);
}

TEST_F(claiming_worker_test, sends_what_is_claimed_before_it_ends) {
  // It hears of the end while the first claim is being stored.
  send_due(20);
  caf::anon_send(worker, drain_channel{});
  run();
  await_attempts(4);
  expect_rest(4);
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
  pauses->hold_all(*wall + 1h);
  give(3);
  advance(59min);
  expect_rest(0);
  advance(1min);
  await_attempts(3);
}

TEST_F(channel_worker_test, goes_on_when_it_is_told_that_a_pause_was_ended_early) {
  pauses->hold_all(*wall + 1h);
  give(2);
  expect_rest(0);
  pauses->hold_all({});
  give(0);
  await_attempts(2);
}

TEST_F(channel_worker_test, keeps_to_the_longer_one_of_two_pauses) {
  pauses->hold_all(*wall + 10s);
  plan->verdicts = {{outcome_class::throttled, 60s}, {}};
  pauses->hold({to_string(value.id), ""}, channels::pause_scope::unnamed, *steady + 20s, *steady);
  give(1);
  advance(19s);
  expect_rest(0);
  advance(1s);
  await_attempts(1);
}

} // namespace

} // namespace tocsin
