#include "actors/history/dead_letters.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "tests/unit/actors/fake_ledger.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gmock/gmock.h>

#include <map>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class dead_letters_test : public ledger_fixture {
protected:
  dead_letters_test() {
    auto access = std::make_shared<const channel_access>(env, nullptr, outbound_options{});
    desk = system.spawn(dead_letters, history_options{access, ledger, now(), board});
  }

  ~dead_letters_test() override {
    self->send_exit(desk, caf::exit_reason::user_shutdown);
    run();
  }

  /// Makes a dead letter of a fresh delivery, behind the actors' backs.
  delivery_id bury(const std::string& code, outcome_class kind = outcome_class::rejected,
                   const std::string& customer = "") {
    auto tx = *env->write();
    auto result = bury_within(tx, code, kind, customer);
    EXPECT_TRUE(tx.commit());
    return result;
  }

  /// One that failed so often that its first attempt is no longer kept.
  delivery_id bury_after_many_attempts() {
    auto id = bury("404");
    auto tx = *env->write();
    EXPECT_TRUE(storage::apply(tx, resend_delivery{id, *wall}));
    for (uint16_t number = 2; number <= 150; ++number) {
      auto at = *wall + std::chrono::seconds{number};
      record_attempt made{
        {id, number, at, 5ms, {outcome_class::retry, attempt_stage::accepted, {}, "500", "no"}},
        channel};
      made.next = number < 150 ? delivery_state::scheduled : delivery_state::dead_letter;
      made.due_at = at;
      EXPECT_TRUE(storage::apply(tx, made));
    }
    EXPECT_TRUE(tx.commit());
    return id;
  }

  /// The same as `bury` for many, with one commit.
  void bury_many(size_t count, const std::string& message = "it broke") {
    auto tx = *env->write();
    for (size_t i = 0; i < count; ++i)
      bury_within(tx, "404", outcome_class::rejected, "", message);
    EXPECT_TRUE(tx.commit());
  }

  delivery_id bury_within(storage::write_transaction& tx, const std::string& code,
                          outcome_class kind, const std::string& customer,
                          const std::string& message = "it broke") {
    accept_event x;
    x.id = event_id{ids.next(*wall, 1)};
    x.accepted_at = *wall;
    x.value = {"", "deploy.failure", "my-app", customer, "", message, ""};
    x.deliveries = {{channel, {recipient_kind::admin, "ops"}, "", suppression::none}};
    delivery_id id{x.id.plus(1)};
    record_attempt made{{id, 1, *wall, 5ms, {kind, attempt_stage::accepted, {}, code, "no"}},
                        channel};
    made.next = delivery_state::dead_letter;
    EXPECT_TRUE(storage::apply(tx, x));
    EXPECT_TRUE(storage::apply(tx, made));
    return id;
  }

  static replay_chosen selected(uint32_t per_minute = 600) {
    replay_chosen result;
    result.choice.selection.since = timestamp{};
    result.per_minute = per_minute;
    return result;
  }

  expected<dead_letters_done> replay(replay_chosen x) {
    return ask<dead_letters_done>(desk, std::move(x));
  }

  dead_letters_actor desk;
};

TEST_F(dead_letters_test, take_what_has_lost_its_first_attempts_for_a_duplicate) {
  auto id = bury_after_many_attempts();
  auto listed = ask<page<dead_letter_view>>(desk, list_dead_letters{});
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->entries.size(), 1u);
  EXPECT_EQ(listed->entries[0].value.value.id, id);
  EXPECT_EQ(listed->entries[0].value.attempts.size(), 100u);
  EXPECT_TRUE(listed->entries[0].may_duplicate);
}

TEST_F(dead_letters_test, lists_and_groups_them) {
  auto first = bury("404");
  *wall += 1s;
  auto second = bury("500", outcome_class::ambiguous);
  *wall += 1s;
  auto third = bury("404");
  auto listed = ask<page<dead_letter_view>>(desk, list_dead_letters{});
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->entries.size(), 3u);
  EXPECT_EQ(listed->entries[0].value.value.id, third);
  EXPECT_EQ(listed->entries[1].value.value.id, second);
  EXPECT_TRUE(listed->entries[1].may_duplicate);
  EXPECT_FALSE(listed->entries[2].may_duplicate);
  EXPECT_EQ(listed->entries[2].value.value.id, first);
  auto groups = ask<page<dead_letter_summary>>(desk, group_dead_letters{});
  ASSERT_TRUE(groups);
  ASSERT_EQ(groups->entries.size(), 2u);
  auto& x = groups->entries[0];
  EXPECT_EQ(x.code, "404");
  EXPECT_EQ(x.count, 2u);
  EXPECT_EQ(x.newest - x.oldest, 2s);
  EXPECT_EQ(x.sample, third);
  EXPECT_EQ(x.sample_text, "no");
  auto second_page = ask<page<dead_letter_summary>>(desk, group_dead_letters{{}, {1, "1"}});
  EXPECT_EQ(second_page->entries.at(0).code, "500");
  EXPECT_EQ(second_page->next_cursor, "");
}

TEST_F(dead_letters_test, lists_long_ones_on_short_pages) {
  bury_many(40, std::string(32 * 1024, 'x'));
  auto first = ask<page<dead_letter_view>>(desk, list_dead_letters{{}, {250, ""}});
  ASSERT_TRUE(first);
  EXPECT_LE(first->entries.size(), 32u);
  auto rest = ask<page<dead_letter_view>>(desk, list_dead_letters{{}, {250, first->next_cursor}});
  ASSERT_TRUE(rest);
  EXPECT_EQ(first->entries.size() + rest->entries.size(), 40u);
  EXPECT_EQ(rest->next_cursor, "");
}

TEST_F(dead_letters_test, selects_by_code_customer_and_time) {
  apply_now(put_recipient{
    {{recipient_kind::customer, "acme"}, "Acme Corp", {}, false, *wall, *wall, 0}, 0});
  bury("404", outcome_class::rejected, "Acme Corp");
  *wall += 1s;
  auto since = *wall;
  bury("404 no", outcome_class::rejected, "acme");
  bury("500");
  auto count = [this](dead_letter_selection x) {
    return ask<page<dead_letter_view>>(desk, list_dead_letters{std::move(x), {}})->entries.size();
  };
  EXPECT_EQ(count({.code = "404"}), 1u);
  EXPECT_EQ(count({.customer = "acme"}), 2u);
  EXPECT_EQ(count({.customer = "Acme Corp", .since = since}), 1u);
  EXPECT_EQ(count({.until = since}), 1u);
  EXPECT_EQ(count({.event_type = "ssl.expiring"}), 0u);
}

TEST_F(dead_letters_test, says_what_a_replay_would_do_and_does_nothing) {
  bury("404");
  bury("500", outcome_class::ambiguous);
  auto x = selected(60);
  x.choice.dry_run = true;
  auto done = replay(x);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->matched, 2u);
  EXPECT_EQ(done->moved, 0u);
  EXPECT_EQ(done->may_duplicate, 1u);
  EXPECT_EQ(done->first_due_at, *wall);
  EXPECT_EQ(done->last_due_at, *wall + 1s);
  EXPECT_EQ(done->next_cursor, "");
  open(10);
  advance(1h);
  EXPECT_TRUE(handed.empty());
}

TEST_F(dead_letters_test, replays_each_once_and_no_faster_than_the_cap) {
  std::vector<delivery_id> buried;
  for (int i = 0; i < 5; ++i)
    buried.push_back(bury("404"));
  open(10);
  auto done = replay(selected(60));
  ASSERT_TRUE(done);
  EXPECT_EQ(done->matched, 5u);
  EXPECT_EQ(done->moved, 5u);
  EXPECT_EQ(handed.size(), 1u);
  auto again = replay(selected(60));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->matched, 0u);
  for (size_t n = 2; n <= 5; ++n) {
    advance(999ms);
    EXPECT_EQ(handed.size(), n - 1);
    advance(1ms);
    ASSERT_EQ(handed.size(), n);
    EXPECT_EQ(handed.back().id, buried[n - 1]);
    EXPECT_EQ(handed.back().owed_since, *wall);
    record(handed.back(), delivery_state::delivered);
  }
  advance(1h);
  EXPECT_EQ(handed.size(), 5u);
}

TEST_F(dead_letters_test, never_takes_the_slots_of_first_attempts) {
  for (int i = 0; i < 6; ++i)
    bury("404");
  ASSERT_TRUE(replay(selected(60'000)));
  open(4);
  advance(1s);
  EXPECT_EQ(handed.size(), 2u);
  accept(2);
  EXPECT_EQ(handed.size(), 4u);
}

TEST_F(dead_letters_test, tells_of_each_that_is_named_why_it_was_left_alone) {
  auto dead = bury("404");
  auto orphan_of = std::exchange(channel, add_channel("two"));
  auto orphan = bury("404");
  apply_now(remove_channel{channel, {}});
  channel = orphan_of;
  open(10);
  accept();
  auto live = handed.at(0).id;
  replay_chosen x;
  x.choice.ids = {dead, live, delivery_id{}, orphan, dead};
  auto done = replay(x);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->moved, 1u);
  EXPECT_EQ(done->skipped, 3u);
  std::map<delivery_id, errc> why;
  for (auto& each : done->refused)
    why[each.id] = each.why.code;
  EXPECT_EQ(why,
            (std::map<delivery_id, errc>{
              {live, errc::conflict}, {delivery_id{}, errc::not_found}, {orphan, errc::conflict}}));
}

TEST_F(dead_letters_test, leaves_alone_what_cannot_be_read_and_replays_the_rest) {
  std::vector<delivery_id> buried;
  for (int i = 0; i < 3; ++i)
    buried.push_back(bury("404"));
  spoil(storage::database::deliveries, buried[1]);
  auto listed = ask<page<dead_letter_view>>(desk, list_dead_letters{});
  ASSERT_TRUE(listed) << listed.error().detail;
  EXPECT_EQ(listed->entries.size(), 2u);
  replay_chosen named;
  named.choice.ids = {buried[0], buried[1]};
  named.per_minute = 600;
  auto done = replay(named);
  ASSERT_TRUE(done) << done.error().detail;
  EXPECT_EQ(done->moved, 1u);
  ASSERT_EQ(done->refused.size(), 1u);
  EXPECT_EQ(done->refused[0].id, buried[1]);
  auto rest = replay(selected());
  ASSERT_TRUE(rest) << rest.error().detail;
  EXPECT_EQ(rest->moved, 1u);
  EXPECT_EQ(rest->skipped, 1u);
  EXPECT_FALSE(rest->stopped_by);
  EXPECT_EQ(rest->next_cursor, "");
  EXPECT_EQ(state_of(buried[2]), delivery_state::scheduled);
}

TEST_F(dead_letters_test, works_off_a_bounded_part_and_goes_on_at_the_same_pace) {
  bury_many(5300);
  auto first = replay(selected(60'000));
  ASSERT_TRUE(first);
  EXPECT_EQ(first->moved, 5000u);
  ASSERT_NE(first->next_cursor, "");
  auto more = selected(60'000);
  more.choice.cursor = first->next_cursor;
  auto second = replay(more);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->moved, 300u);
  EXPECT_EQ(second->next_cursor, "");
  EXPECT_EQ(*second->first_due_at, *first->last_due_at + 1ms);
  more.choice.cursor = "nonsense";
  EXPECT_EQ(replay(more).error().code, errc::invalid_argument);
  more.choice.cursor = "1~nonsense";
  EXPECT_EQ(replay(more).error().code, errc::invalid_argument);
}

TEST_F(dead_letters_test, discards_with_the_reason) {
  auto first = bury("404");
  auto second = bury("500");
  discard_chosen x;
  x.choice.selection.code = "404";
  x.reason = "the customer has left";
  auto done = ask<dead_letters_done>(desk, x);
  ASSERT_TRUE(done);
  EXPECT_EQ(done->moved, 1u);
  EXPECT_FALSE(done->first_due_at);
  EXPECT_EQ(stored(first).state, delivery_state::cancelled);
  EXPECT_EQ(stored(first).note, "the customer has left");
  EXPECT_EQ(stored(second).state, delivery_state::dead_letter);
}

TEST_F(dead_letters_test, writes_in_the_audit_log_who_moved_each) {
  bury("404");
  bury("500");
  auto again = selected();
  again.choice.selection.code = "404";
  again.by = {author_kind::admin, "ops", "", "req-1"};
  ASSERT_TRUE(replay(again));
  discard_chosen gone;
  gone.choice.selection.code = "500";
  gone.reason = "the customer has left";
  gone.by = {author_kind::token, "01A", "panel", "req-2"};
  ASSERT_TRUE(ask<dead_letters_done>(desk, gone));
  auto tx = *env->read();
  auto log = storage::audit_repository{tx}.list({}, {})->entries;
  ASSERT_GE(log.size(), 2u);
  EXPECT_EQ(log[0].action, "delivery.discard");
  EXPECT_EQ(log[0].by, gone.by);
  EXPECT_EQ(log[1].action, "delivery.resend");
  EXPECT_EQ(log[1].by, again.by);
}

TEST_F(dead_letters_test, says_how_far_it_came_where_the_ledger_is_gone) {
  bury("404");
  stop_ledger();
  auto done = replay(selected());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().code, errc::invalid_argument);
  start_ledger();
}

TEST_F(dead_letters_test, goes_on_after_a_first_batch_that_was_broken_off) {
  for (int i = 0; i < 4; ++i)
    bury("404");
  fake_ledger failing;
  failing.on_command = [taken = 0](auto&) mutable -> caf::result<command_result> {
    if (++taken > 2)
      return to_error(fail(errc::storage_io, "the disk is gone"));
    return command_result{};
  };
  auto failing_ledger = spawn_fake_ledger(system, failing);
  auto access = std::make_shared<const channel_access>(env, nullptr, outbound_options{});
  auto other = system.spawn(dead_letters, history_options{access, failing_ledger, now(), board});
  auto broken_off = ask<dead_letters_done>(other, selected());
  self->send_exit(other, caf::exit_reason::user_shutdown);
  self->send_exit(failing_ledger, caf::exit_reason::user_shutdown);
  run();
  ASSERT_TRUE(broken_off);
  EXPECT_EQ(broken_off->moved, 2u);
  EXPECT_TRUE(broken_off->stopped_by);
  auto more = selected();
  more.choice.cursor = broken_off->next_cursor;
  auto done = replay(more);
  ASSERT_TRUE(done) << done.error().detail;
  // The failing ledger stored nothing.
  EXPECT_EQ(done->moved, 4u);
}

} // namespace

} // namespace tocsin
