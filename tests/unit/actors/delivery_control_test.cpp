#include "actors/history/delivery_control.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class delivery_control_test : public ledger_fixture {
protected:
  delivery_control_test() {
    auto access = std::make_shared<const channel_access>(env, nullptr, outbound_options{});
    control = system.spawn(delivery_control, history_options{access, ledger, now(), board});
  }

  ~delivery_control_test() override {
    self->send_exit(control, caf::exit_reason::user_shutdown);
    run();
  }

  expected<delivery_changed> resend(const delivery_id& id, bool allow_duplicate = false) {
    return ask<delivery_changed>(control, request_resend{id, allow_duplicate});
  }

  expected<delivery_changed> cancel(const delivery_id& id, const std::string& reason = "") {
    return ask<delivery_changed>(control, request_cancel{id, reason});
  }

  delivery_control_actor control;
};

TEST_F(delivery_control_test, sends_a_dead_letter_again_at_once_and_shows_it) {
  open(10);
  accept();
  record(handed[0], delivery_state::dead_letter);
  auto done = resend(handed[0].id);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_TRUE(done->has_effect);
  EXPECT_EQ(done->value.value.state, delivery_state::pending);
  EXPECT_EQ(done->value.carried.message, "it broke");
  EXPECT_EQ(done->value.attempts.size(), 1u);
  EXPECT_EQ(handed.size(), 2u);
}

TEST_F(delivery_control_test, leaves_what_is_under_way_as_it_is) {
  open(10);
  accept();
  auto done = resend(handed[0].id);
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->has_effect);
  EXPECT_EQ(handed.size(), 1u);
}

TEST_F(delivery_control_test, sends_what_was_delivered_again_only_where_a_duplicate_is_wanted) {
  open(10);
  accept();
  record(handed[0], delivery_state::delivered);
  auto refused = resend(handed[0].id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::conflict);
  EXPECT_EQ(handed.size(), 1u);
  EXPECT_TRUE(resend(handed[0].id, true));
  EXPECT_EQ(handed.size(), 2u);
}

TEST_F(delivery_control_test, cancels_what_waits_and_keeps_the_reason) {
  open(1);
  accept(2);
  auto busy = cancel(handed[0].id);
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().code, errc::in_flight);
  record(handed[0], delivery_state::scheduled, *wall + 5s);
  auto done = cancel(handed[0].id, "the site has moved");
  ASSERT_TRUE(done);
  EXPECT_EQ(done->value.value.state, delivery_state::cancelled);
  EXPECT_EQ(done->value.value.note, "the site has moved");
  EXPECT_EQ(cancel(handed[0].id).error().code, errc::conflict);
  EXPECT_EQ(cancel(delivery_id{}).error().code, errc::not_found);
  advance(10s);
  EXPECT_EQ(handed.size(), 2u);
}

TEST_F(delivery_control_test, writes_in_the_audit_log_who_moved_what) {
  open(1);
  accept(2);
  record(handed[0], delivery_state::dead_letter);
  auto dead = handed[0].id;
  ASSERT_TRUE(ask<delivery_changed>(
    control, request_resend{dead, false, {author_kind::admin, "ops", "", "req-1"}}));
  ASSERT_TRUE(ask<delivery_changed>(
    control, request_cancel{dead, "moved", {author_kind::token, "01A", "panel", "req-2"}}));
  auto tx = *env->read();
  auto log = storage::audit_repository{tx}.list({}, {})->entries;
  ASSERT_GE(log.size(), 2u);
  EXPECT_EQ(log[0].action, "delivery.cancel");
  EXPECT_EQ(log[0].by, (author{author_kind::token, "01A", "panel", "req-2"}));
  EXPECT_EQ(log[1].action, "delivery.resend");
  EXPECT_EQ(log[1].object, "delivery/" + to_string(dead));
  EXPECT_EQ(log[1].by, (author{author_kind::admin, "ops", "", "req-1"}));
}

TEST_F(delivery_control_test, shows_the_message_of_a_delivery_to_nobody_else) {
  open(1);
  accept();
  auto id = handed.at(0).id;
  recipient_id acme{recipient_kind::customer, "acme"};
  auto refused = ask<channel_preview>(control, preview_delivery{id, acme});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::not_found);
  auto missing = ask<channel_preview>(control, preview_delivery{delivery_id{id.plus(1)}, acme});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, errc::not_found);
}

/// One delivery, whose attempts, resends and times come in an order that a seed decides. Messages
/// are handled a few at a time, so that they meet each other at the ledger in every way.
class resend_race : public delivery_control_test, public testing::WithParamInterface<int> {
protected:
  uint32_t below(uint32_t n) { return static_cast<uint32_t>(source() % n); }

  /// Takes note of what the worker was given, which sends it at once.
  void look() {
    for (; seen < handed.size(); ++seen) {
      EXPECT_TRUE(under_way.insert(handed[seen].id).second) << "handed out twice at a time";
      EXPECT_FALSE(is_delivered) << "sent again after it was delivered";
    }
  }

  /// An attempt ends, and the ledger has yet to hear of it.
  void end_attempt(outcome_class kind) {
    auto& x = handed[seen - 1];
    if (under_way.erase(x.id) == 0)
      return;
    // An attempt is known by its number and the instant at which it began.
    *wall += 1ms;
    record_attempt made{{x.id, static_cast<uint16_t>(x.attempts + 1), *wall, 5ms, {}}, channel};
    made.value.result.kind = kind;
    made.next = kind == outcome_class::delivered ? delivery_state::delivered
                : kind == outcome_class::retry   ? delivery_state::scheduled
                                                 : delivery_state::dead_letter;
    made.due_at = *wall + std::chrono::milliseconds{below(3000)};
    is_delivered = is_delivered || kind == outcome_class::delivered;
    caf::anon_send(ledger, record_attempts{channel, {made}});
  }

  void step() {
    switch (below(6)) {
    case 0: self->send(control, request_resend{handed.at(0).id, false}); break;
    case 1: end_attempt(outcome_class::retry); break;
    case 2: end_attempt(below(4) == 0 ? outcome_class::delivered : outcome_class::rejected); break;
    case 3: {
      std::chrono::milliseconds passed{below(2000)};
      *wall += passed;
      *steady += passed;
      scheduler().advance_time(passed);
      break;
    }
    default:
      for (auto n = below(4); n > 0; --n)
        scheduler().try_run_once();
    }
    look();
  }

  std::mt19937 source{static_cast<std::mt19937::result_type>(GetParam())};
  size_t seen = 0;
  std::set<delivery_id> under_way;
  bool is_delivered = false;
};

TEST_P(resend_race, never_sends_what_is_under_way_or_delivered) {
  open(4);
  accept();
  look();
  for (int i = 0; i < 400 && !HasFailure(); ++i)
    step();
  run();
  look();
  // Whatever happened, one more resend brings it through.
  for (int i = 0; i < 5 && !is_delivered; ++i) {
    self->send(control, request_resend{handed.at(0).id, false});
    advance(5s);
    look();
    end_attempt(outcome_class::delivered);
    run();
    look();
  }
  EXPECT_EQ(state_of(handed.at(0).id), delivery_state::delivered);
  EXPECT_TRUE(reports.empty());
}

INSTANTIATE_TEST_SUITE_P(seeds, resend_race, testing::Range(1, 51));

} // namespace

} // namespace tocsin
