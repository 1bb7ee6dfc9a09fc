#include "storage/commands/group_commit.hpp"
#include "storage/repositories/hourly_counts.hpp"
#include "storage/upkeep/prune_counts.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin {

inline void PrintTo(const counted_span& x, std::ostream* out) {
  auto& c = x.counts;
  *out << to_rfc3339(x.at) << " accepted " << c.accepted << " suppressed " << c.suppressed
       << " delivered " << c.delivered << " failed " << c.failed << " retried " << c.retried
       << " dead " << c.dead_letters;
}

} // namespace tocsin

namespace tocsin::storage {

namespace {

constexpr int64_t hour = 3'600'000;

class hourly_counts_test : public storage_test {
protected:
  hourly_counts_test() { channel_ = put_channel_of(put_admin("ops"), 1); }

  /// An event of two deliveries to send and one that is suppressed.
  accept_event event_at(uint32_t n, timestamp at) {
    auto x = make_event(n, {channel_, channel_, channel_});
    x.accepted_at = at;
    x.deliveries[2].reason = suppression::quiet_hours;
    return x;
  }

  record_attempt attempt_at(const accept_event& x, uint32_t place, uint16_t number, timestamp at,
                            outcome_class kind, delivery_state next) {
    auto result = make_attempt(x.id, place, number, channel_, next);
    result.value.started_at = at;
    result.value.result.kind = kind;
    return result;
  }

  std::vector<counted_span> counts(int64_t since = 0) {
    return must(read_counts(read(), at_ms(since)));
  }

  channel_id channel_;
};

TEST_F(hourly_counts_test, count_every_outcome_in_the_hour_in_which_it_came) {
  using enum delivery_state;
  auto x = event_at(1, at_ms(hour - 1));
  apply_ok(x);
  // It began in the first hour and ended in the second one.
  apply_ok(attempt_at(x, 1, 1, at_ms(hour - 1), outcome_class::delivered, delivered));
  apply_ok(attempt_at(x, 2, 1, at_ms(hour), outcome_class::throttled, scheduled));
  apply_ok(attempt_at(x, 2, 2, at_ms(hour), outcome_class::retry, scheduled));
  apply_ok(attempt_at(x, 2, 3, at_ms(3 * hour), outcome_class::rejected, dead_letter));
  std::vector<counted_span> wanted{{at_ms(0), {2, 1, 0, 0, 0, 0}},
                                   {at_ms(hour), {0, 0, 1, 1, 2, 0}},
                                   {at_ms(3 * hour), {0, 0, 0, 1, 0, 1}}};
  EXPECT_EQ(counts(), wanted);
  reopen();
  EXPECT_EQ(counts(), wanted);
  EXPECT_EQ(counts(hour + 5), (std::vector{wanted[1], wanted[2]}));
  expect_sound();
}

TEST_F(hourly_counts_test, count_once_what_is_told_twice) {
  auto x = event_at(1, at_ms(0));
  x.idempotency_key = "key";
  apply_ok(x);
  auto again = event_at(2, at_ms(0));
  again.idempotency_key = "key";
  again.value.message = x.value.message;
  EXPECT_TRUE(apply_ok(again).duplicate);
  auto made = attempt_at(x, 1, 1, at_ms(7), outcome_class::retry, delivery_state::scheduled);
  apply_ok(made);
  EXPECT_TRUE(apply_ok(made).duplicate);
  EXPECT_EQ(counts(), (std::vector<counted_span>{{at_ms(0), {2, 1, 0, 1, 1, 0}}}));
}

TEST_F(hourly_counts_test, do_not_count_what_a_removed_channel_does_not_take) {
  auto x = event_at(1, at_ms(0));
  apply_ok(remove_channel{channel_, std::nullopt});
  apply_ok(x);
  EXPECT_EQ(counts(), (std::vector<counted_span>{{at_ms(0), {0, 1, 0, 0, 0, 0}}}));
}

TEST_F(hourly_counts_test, are_undone_with_what_they_count) {
  {
    auto tx = must(env_->write());
    must(apply(tx, event_at(1, at_ms(0))));
  }
  EXPECT_TRUE(counts().empty());
  auto tx = must(env_->write());
  {
    auto undone = must(tx.begin_nested());
    must(apply(undone, event_at(2, at_ms(0))));
  }
  {
    auto kept = must(tx.begin_nested());
    must(apply(kept, event_at(3, at_ms(0))));
    must(kept.commit());
  }
  must(apply(tx, event_at(4, at_ms(0))));
  must(tx.commit());
  EXPECT_EQ(counts(), (std::vector<counted_span>{{at_ms(0), {4, 2, 0, 0, 0, 0}}}));
}

TEST_F(hourly_counts_test, count_all_of_a_commit_but_what_it_refuses) {
  auto taken = event_at(1, at_ms(0));
  apply_ok(taken);
  std::vector<commit_entry> entries;
  entries.push_back(
    {{command{event_at(2, at_ms(hour))}, command{event_at(3, at_ms(hour))}}, {}, {}});
  // Refused as a whole: its second event has an id that is taken.
  entries.push_back({{command{event_at(4, at_ms(hour))}, command{taken}}, {}, {}});
  must(commit_together(*env_, entries));
  ASSERT_TRUE(entries[1].refusal);
  std::vector<counted_span> wanted{{at_ms(0), {2, 1, 0, 0, 0, 0}},
                                   {at_ms(hour), {4, 2, 0, 0, 0, 0}}};
  EXPECT_EQ(counts(), wanted);
}

TEST_F(hourly_counts_test, begin_anew_where_a_record_cannot_be_read) {
  apply_ok(event_at(1, at_ms(0)));
  {
    auto tx = must(env_->write());
    must(tx.put(database::hourly_counts, byte_view{"\0\0\0\0\0\0\0\0", 8}, "\1broken"));
    must(tx.commit());
  }
  EXPECT_EQ(code_of(read_counts(read(), at_ms(0))), errc::storage_corrupt);
  apply_ok(event_at(2, at_ms(0)));
  EXPECT_EQ(counts(), (std::vector<counted_span>{{at_ms(0), {2, 1, 0, 0, 0, 0}}}));
}

TEST_F(hourly_counts_test, are_removed_hour_by_hour) {
  for (uint32_t n = 0; n < 5; ++n)
    apply_ok(event_at(n + 1, at_ms(n * hour)));
  auto tx = must(env_->write());
  EXPECT_EQ(must(prune_counts(tx, at_ms(3 * hour + 1), 2)), 2u);
  EXPECT_EQ(must(prune_counts(tx, at_ms(3 * hour + 1), 2)), 1u);
  EXPECT_EQ(must(prune_counts(tx, at_ms(3 * hour + 1), 2)), 0u);
  must(tx.commit());
  ASSERT_EQ(counts().size(), 2u);
  EXPECT_EQ(counts().front().at, at_ms(3 * hour));
}

} // namespace

} // namespace tocsin::storage
