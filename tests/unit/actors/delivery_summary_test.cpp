#include "actors/registry/delivery_log.hpp"
#include "actors/stats/stats.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class delivery_summary_test : public ledger_fixture {
protected:
  delivery_summary_test() {
    // Half past an hour.
    *wall = std::chrono::floor<std::chrono::hours>(*wall) + 30min;
    begin = *wall;
    log = system.spawn(delivery_log, env, now(), board);
    figures = system.spawn(
      stats, stats_options{env, board, "1.0", now(), growth, {std::chrono::hours{24}, 48h, 77}});
  }

  ~delivery_summary_test() override {
    self->send_exit(log, caf::exit_reason::user_shutdown);
    self->send_exit(figures, caf::exit_reason::user_shutdown);
    run();
  }

  expected<delivery_summary> summary(std::optional<timestamp> since = {},
                                     std::chrono::hours span = 1h) {
    return ask<delivery_summary>(log, summarise_deliveries{since, span});
  }

  timestamp begin{};
  delivery_log_actor log;
  stats_actor figures;
};

TEST_F(delivery_summary_test, has_a_span_for_every_hour_of_the_last_day) {
  open(10);
  accept(3);
  record(handed[0], delivery_state::delivered);
  advance(1h);
  record(handed[1], delivery_state::dead_letter);
  auto x = summary();
  ASSERT_TRUE(x) << x.error().detail;
  ASSERT_EQ(x->spans.size(), 25u);
  EXPECT_EQ(x->span, 1h);
  EXPECT_EQ(x->spans.back().at, begin + 30min);
  EXPECT_EQ(x->spans[23].at, begin - 30min);
  EXPECT_EQ(x->spans[23].counts.accepted, 3u);
  EXPECT_EQ(x->spans[23].counts.delivered, 1u);
  EXPECT_EQ(x->spans[24].counts.dead_letters, 1u);
  EXPECT_EQ(x->spans[0].counts, delivery_counts{});
}

TEST_F(delivery_summary_test, a_list_leaves_out_deliveries_whose_event_cannot_be_read) {
  for (int i = 0; i < 3; ++i)
    accept();
  auto all = ask<page<delivery_view>>(log, list_deliveries{{}, {10, ""}});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->entries.size(), 3u);
  spoil(storage::database::events, all->entries[1].value.event);
  auto left = ask<page<delivery_view>>(log, list_deliveries{{}, {10, ""}});
  ASSERT_TRUE(left) << left.error().detail;
  ASSERT_EQ(left->entries.size(), 2u);
  EXPECT_EQ(left->entries[0].value.id, all->entries[0].value.id);
  EXPECT_EQ(left->entries[1].value.id, all->entries[2].value.id);
}

TEST_F(delivery_summary_test, a_list_leaves_out_events_that_cannot_be_read) {
  for (int i = 0; i < 3; ++i)
    accept();
  auto all = ask<page<accepted_event>>(log, list_events{{10, ""}, {}});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->entries.size(), 3u);
  spoil(storage::database::events, all->entries[1].id);
  auto left = ask<page<accepted_event>>(log, list_events{{10, ""}, {}});
  ASSERT_TRUE(left) << left.error().detail;
  ASSERT_EQ(left->entries.size(), 2u);
  EXPECT_EQ(left->entries[0].id, all->entries[0].id);
  EXPECT_EQ(left->entries[1].id, all->entries[2].id);
}

TEST_F(delivery_summary_test, ones_own_events_leave_out_what_lacks_deliveries) {
  for (int i = 0; i < 3; ++i)
    accept();
  list_events own{{10, ""}, recipient_id{recipient_kind::admin, "ops"}};
  auto all = ask<page<accepted_event>>(log, own);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->entries.size(), 3u);
  auto tx = *env->write();
  delivery_id gone{all->entries[1].id.plus(1)};
  ASSERT_TRUE(tx.erase(storage::database::deliveries, storage::as_key(gone)));
  ASSERT_TRUE(tx.commit());
  auto left = ask<page<accepted_event>>(log, own);
  ASSERT_TRUE(left) << left.error().detail;
  ASSERT_EQ(left->entries.size(), 2u);
  EXPECT_EQ(left->entries[0].id, all->entries[0].id);
  EXPECT_EQ(left->entries[1].id, all->entries[2].id);
}

TEST_F(delivery_summary_test, puts_the_hours_of_a_day_together) {
  open(10);
  accept(2);
  advance(3h);
  accept(1);
  auto x = summary(begin - 48h, 24h);
  ASSERT_TRUE(x);
  delivery_counts sum;
  for (auto& each : x->spans) {
    EXPECT_EQ(std::chrono::floor<std::chrono::days>(each.at), each.at);
    sum += each.counts;
  }
  EXPECT_EQ(sum.accepted, 3u);
}

TEST_F(delivery_summary_test, is_the_same_after_a_restart) {
  open(10);
  accept(5);
  record(handed[0], delivery_state::scheduled, *wall + 5s);
  auto before = summary()->spans;
  stop_ledger();
  workers.clear();
  start_ledger();
  EXPECT_EQ(summary()->spans, before);
  EXPECT_EQ(before.back().counts.retried, 1u);
}

TEST_F(delivery_summary_test, refuses_what_is_in_the_future_or_too_long) {
  EXPECT_EQ(summary(begin + 1ms).error().code, errc::invalid_argument);
  EXPECT_EQ(summary(begin - 1001h).error().code, errc::invalid_argument);
  EXPECT_EQ(summary(begin - 999h)->spans.size(), 1000u);
  EXPECT_EQ(summary(begin)->spans.size(), 1u);
}

TEST_F(delivery_summary_test, goes_with_the_retention) {
  open(10);
  accept(1);
  record(handed[0], delivery_state::delivered);
  advance(26h);
  EXPECT_EQ(summary(begin)->spans.front().counts, delivery_counts{});
}

TEST_F(delivery_summary_test, the_figures_leave_out_a_channel_that_cannot_be_read) {
  spoil(storage::database::channels, add_channel("two"));
  auto x = ask<node_stats>(figures, collect_stats{});
  ASSERT_TRUE(x) << x.error().detail;
  ASSERT_EQ(x->channels.size(), 1u);
  EXPECT_EQ(x->channels[0].name, "one");
}

TEST_F(delivery_summary_test, the_figures_tell_of_the_storage_and_what_is_kept) {
  advance(2min);
  accept(4);
  auto x = ask<node_stats>(figures, collect_stats{});
  ASSERT_TRUE(x) << x.error().detail;
  auto& y = x->storage;
  EXPECT_EQ(y.file_bytes, std::filesystem::file_size(directory.path() / "data.mdb"));
  EXPECT_GT(y.live_bytes, 4096u);
  EXPECT_LE(y.live_bytes + y.reusable_bytes, y.map_bytes);
  EXPECT_LE(y.map_bytes, y.map_limit_bytes);
  EXPECT_GT(y.disk_free_bytes, 0u);
  EXPECT_GT(y.room_bytes, 0u);
  auto of = [&](const std::string& kind) {
    for (auto& [name, entries] : y.records)
      if (name == kind)
        return entries;
    return UINT64_MAX;
  };
  EXPECT_EQ(of("events"), 4u);
  EXPECT_EQ(of("deliveries"), 4u);
  EXPECT_EQ(of("channels"), 1u);
  ASSERT_TRUE(y.last_hour);
  // The ledger began half an hour before.
  EXPECT_EQ(y.last_hour->since, begin - 30min);
  EXPECT_EQ(x->retention.events, 24h);
  EXPECT_EQ(x->retention.audit, 48h);
  EXPECT_EQ(x->retention.reserve_bytes, 77u);
  EXPECT_FALSE(x->pause);
}

TEST_F(delivery_summary_test, the_figures_tell_of_a_pause_while_it_lasts) {
  ASSERT_TRUE(change(put_pause{{*wall, *wall + 1h, "why", {}}}));
  auto x = ask<node_stats>(figures, collect_stats{});
  ASSERT_TRUE(x->pause);
  EXPECT_EQ(x->pause->reason, "why");
  advance(1h);
  EXPECT_FALSE(ask<node_stats>(figures, collect_stats{})->pause);
}

} // namespace

} // namespace tocsin
