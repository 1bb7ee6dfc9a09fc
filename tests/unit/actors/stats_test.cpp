#include "actors/stats/stats.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class stats_test : public ledger_fixture {
protected:
  stats_test() {
    figures = system.spawn(stats, stats_options{env, board, "1.0", now(), growth, {24h, 48h, 77}});
  }

  ~stats_test() override {
    self->send_exit(figures, caf::exit_reason::user_shutdown);
    run();
  }

  const timestamp begin = *wall;
  stats_actor figures;
};

TEST_F(stats_test, leave_out_a_channel_that_cannot_be_read) {
  spoil(storage::database::channels, add_channel("two"));
  auto x = ask<node_stats>(figures, collect_stats{});
  ASSERT_TRUE(x) << x.error().detail;
  ASSERT_EQ(x->channels.size(), 1u);
  EXPECT_EQ(x->channels[0].name, "one");
}

TEST_F(stats_test, tell_of_the_storage_and_what_is_kept) {
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
  // The ledger begins when the test does.
  EXPECT_EQ(y.last_hour->since, begin);
  EXPECT_EQ(x->retention.events, 24h);
  EXPECT_EQ(x->retention.audit, 48h);
  EXPECT_EQ(x->retention.reserve_bytes, 77u);
  EXPECT_FALSE(x->pause);
}

TEST_F(stats_test, tell_of_a_pause_while_it_lasts) {
  ASSERT_TRUE(change(put_pause{{*wall, *wall + 1h, "why", {}}}));
  auto x = ask<node_stats>(figures, collect_stats{});
  ASSERT_TRUE(x->pause);
  EXPECT_EQ(x->pause->reason, "why");
  advance(1h);
  EXPECT_FALSE(ask<node_stats>(figures, collect_stats{})->pause);
}

} // namespace

} // namespace tocsin
