#include "actors/stats/channel_summary.hpp"
#include "actors/stats/process_usage.hpp"
#include "actors/stats/stats.hpp"
#include "storage/records/pause_record.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

uint64_t count_in(const node_metrics& x, channel_type type, channel_condition condition) {
  for (auto& each : x.types)
    if (each.type == type)
      return each.by_condition.at(static_cast<size_t>(condition) - 1);
  return UINT64_MAX;
}

const channel_type_metrics& of_type(const node_metrics& x, channel_type type) {
  return *std::find_if(x.types.begin(), x.types.end(), [&](auto& y) { return y.type == type; });
}

class metrics_test : public ledger_fixture {
protected:
  metrics_test() {
    figures = system.spawn(
      stats, stats_options{env, board, "1.0", now(), growth, {std::chrono::hours{24}, 48h, 77}});
    collect();
  }

  ~metrics_test() override {
    self->send_exit(figures, caf::exit_reason::user_shutdown);
    run();
  }

  node_metrics collect(bool each_channel = false) {
    auto result = ask<node_metrics>(figures, collect_metrics{each_channel});
    EXPECT_TRUE(result) << result.error().detail;
    return result ? *result : node_metrics{};
  }

  tocsin::channel add(const std::string& name, channel_type type, bool enabled = true,
                      const std::string& reason = "") {
    tocsin::channel x;
    x.id = channel_id{ids.next(2)};
    x.owner = {recipient_kind::admin, "ops"};
    x.name = name;
    x.type = type;
    x.enabled = enabled;
    x.disabled_reason = reason;
    apply_now(put_channel{x, "sealed", 0});
    return x;
  }

  metrics_actor figures;
};

TEST_F(metrics_test, count_what_befell_deliveries_since_the_start) {
  open(10);
  accept(3);
  record(handed[0], delivery_state::delivered);
  record(handed[1], delivery_state::dead_letter);
  auto x = collect();
  EXPECT_EQ(x.deliveries.accepted, 3u);
  EXPECT_EQ(x.deliveries.delivered, 1u);
  EXPECT_EQ(x.deliveries.dead_letters, 1u);
  EXPECT_EQ(x.pending, 1u);
  EXPECT_EQ(x.version, "1.0");
  EXPECT_EQ(x.reserve_bytes, 77u);
  record(handed[2], delivery_state::delivered);
  collect();
  // Retention takes the hours away, and what a scrape has seen of them stays counted.
  advance(26h);
  accept(1);
  x = collect();
  EXPECT_EQ(x.deliveries.accepted, 4u);
  EXPECT_EQ(x.deliveries.delivered, 2u);
}

TEST_F(metrics_test, count_commits) {
  auto before = collect().commits;
  accept(1);
  accept(1);
  // Two entries of the journal, and the commit that publishes them.
  EXPECT_EQ(collect().commits, before + 3);
}

TEST_F(metrics_test, have_each_channel_in_one_state_of_its_type) {
  add("a", channel_type::slack);
  add("b", channel_type::slack, false);
  add("c", channel_type::slack, false, "http 404");
  auto broken = add("d", channel_type::email);
  auto parked = add("e", channel_type::email);
  board->channel(broken.id)->breaker = policy::breaker_state::half_open;
  board->channel(parked.id)->breaker = policy::breaker_state::open;
  board->channel(parked.id)->parked = true;
  auto x = collect();
  EXPECT_EQ(x.types.size(), 5u);
  EXPECT_EQ(count_in(x, channel_type::slack, channel_condition::active), 1u);
  EXPECT_EQ(count_in(x, channel_type::slack, channel_condition::disabled), 1u);
  EXPECT_EQ(count_in(x, channel_type::slack, channel_condition::disabled_by_service), 1u);
  EXPECT_EQ(count_in(x, channel_type::email, channel_condition::failing), 1u);
  EXPECT_EQ(count_in(x, channel_type::email, channel_condition::parked), 1u);
  EXPECT_EQ(count_in(x, channel_type::email, channel_condition::active), 0u);
  EXPECT_EQ(count_in(x, channel_type::webhook, channel_condition::active), 1u);
  EXPECT_EQ(count_in(x, channel_type::telegram, channel_condition::active), 0u);
  EXPECT_TRUE(x.channels.empty());
}

TEST_F(metrics_test, have_single_channels_for_those_who_ask) {
  accept(2);
  auto meter = board->channel(channel);
  meter->sent = 1;
  meter->retried = 2;
  meter->failed = 3;
  auto x = collect(true);
  ASSERT_EQ(x.channels.size(), 1u);
  EXPECT_EQ(x.channels[0].id, channel);
  EXPECT_EQ(x.channels[0].name, "one");
  EXPECT_EQ(x.channels[0].owner.name, "ops");
  EXPECT_EQ(x.channels[0].pending, 2u);
  EXPECT_EQ(x.channels[0].attempts.delivered, 1u);
  EXPECT_EQ(x.channels[0].attempts.retried, 2u);
  EXPECT_EQ(x.channels[0].attempts.failed, 3u);
}

TEST_F(metrics_test, leave_out_a_channel_that_cannot_be_read) {
  add("a", channel_type::slack);
  auto ill = add("b", channel_type::slack);
  spoil(storage::database::channels, ill.id);
  auto x = collect(true);
  EXPECT_EQ(count_in(x, channel_type::slack, channel_condition::active), 1u);
  EXPECT_EQ(x.channels.size(), 2u);
}

TEST_F(metrics_test, say_while_deliveries_are_paused) {
  EXPECT_FALSE(collect().is_paused);
  ASSERT_TRUE(change(put_pause{{*wall, *wall + 1h, "why", {}}}));
  EXPECT_TRUE(collect().is_paused);
  advance(1h);
  EXPECT_FALSE(collect().is_paused);
  spoil(storage::database::meta, storage::pause_key);
  EXPECT_FALSE(collect().is_paused);
}

TEST_F(metrics_test, keep_what_removed_channels_did) {
  auto gone = channel_id{ids.next(3)};
  auto last = board->channel(gone);
  last->type = channel_type::discord;
  last->sent = 5;
  last->in_flight = 1;
  last->latency.add(10ms);
  board->forget(gone);
  // Its last actor still ends what it sends.
  ++last->sent;
  auto x = collect();
  EXPECT_EQ(of_type(x, channel_type::discord).attempts.delivered, 6u);
  EXPECT_EQ(of_type(x, channel_type::discord).in_flight, 1u);
  ++last->sent;
  last.reset();
  for (int i = 0; i < 2; ++i) {
    x = collect();
    EXPECT_EQ(of_type(x, channel_type::discord).attempts.delivered, 7u);
    EXPECT_EQ(of_type(x, channel_type::discord).in_flight, 0u);
    EXPECT_EQ(of_type(x, channel_type::discord).latency.count, 1u);
  }
}

TEST(delivery_totals, counts_what_has_come_since_the_first_look) {
  delivery_totals x;
  const timestamp hour{1000h};
  EXPECT_EQ(x.add({{hour, {5, 0, 5, 0, 0, 0}}}), delivery_counts{});
  delivery_counts two{2, 0, 1, 0, 0, 0};
  EXPECT_EQ(x.add({{hour, {7, 0, 6, 0, 0, 0}}}), two);
  // An hour that ended still gets attempts, and one before it may turn up.
  delivery_counts four{4, 0, 3, 1, 0, 0};
  EXPECT_EQ(x.add({{hour - 1h, {0, 0, 1, 0, 0, 0}},
                   {hour, {7, 0, 7, 1, 0, 0}},
                   {hour + 1h, {2, 0, 0, 0, 0, 0}}}),
            four);
  // What is removed, or was started over, takes nothing away.
  EXPECT_EQ(x.add({{hour + 1h, {1, 0, 0, 0, 0, 0}}}), four);
}

TEST(latency_sum, adds_histograms_up_at_bounds_that_rise) {
  latency_histogram one;
  latency_histogram two;
  one.add(1ns);
  one.add(100ms);
  two.add(100ms);
  two.add(1h);
  latency_sum sum;
  sum.add(one);
  sum.add(two);
  auto x = sum.metrics();
  EXPECT_EQ(x.count, 4u);
  EXPECT_NEAR(x.sum_seconds, 3600.2, 1e-6);
  ASSERT_EQ(x.bounds.size(), 16u);
  EXPECT_LT(x.bounds.front().seconds, 0.001);
  EXPECT_GT(x.bounds.back().seconds, 90);
  for (size_t i = 0; i < x.bounds.size(); ++i) {
    auto wanted = x.bounds[i].seconds < 0.1 ? 1u : 3u;
    EXPECT_EQ(x.bounds[i].count, wanted) << x.bounds[i].seconds;
    if (i > 0) {
      EXPECT_GT(x.bounds[i].seconds, x.bounds[i - 1].seconds * 2);
    }
  }
}

TEST(process_usage, is_that_of_this_process) {
  auto before = measure_process();
  EXPECT_GT(before.resident_bytes, 1u << 20);
  EXPECT_GT(before.virtual_bytes, before.resident_bytes);
  EXPECT_GE(before.threads, 1u);
  EXPECT_GT(before.max_files, before.open_files);
  auto age
    = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count()
      - before.start_seconds;
  // To the tick, and the second in which the system started.
  EXPECT_GT(age, -2);
  EXPECT_LT(age, 3600);
  std::vector<std::shared_ptr<FILE>> files;
  for (int i = 0; i < 3; ++i)
    files.emplace_back(std::fopen("/dev/null", "r"), std::fclose);
  EXPECT_EQ(measure_process().open_files, before.open_files + 3);
  EXPECT_GE(measure_process().cpu_seconds, before.cpu_seconds);
}

} // namespace

} // namespace tocsin
