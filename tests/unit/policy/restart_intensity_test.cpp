#include "policy/restart_intensity.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

namespace {

using namespace std::chrono_literals;

constexpr steady_time first_restart{1000s};

TEST(restart_intensity, doubles_the_delay_and_gives_up_at_the_limit) {
  restart_intensity restarts{{3, 1min, 100ms, 10s}};
  EXPECT_EQ(restarts.crashed(first_restart), 100ms);
  EXPECT_EQ(restarts.crashed(first_restart + 1s), 200ms);
  EXPECT_EQ(restarts.crashed(first_restart + 2s), 400ms);
  EXPECT_EQ(restarts.crashed(first_restart + 3s), std::nullopt);
}

TEST(restart_intensity, forgets_old_crashes) {
  restart_intensity restarts{{1, 1min, 100ms, 10s}};
  EXPECT_EQ(restarts.crashed(first_restart), 100ms);
  EXPECT_EQ(restarts.crashed(first_restart + 61s), 100ms);
  EXPECT_EQ(restarts.crashed(first_restart + 62s), std::nullopt);
}

TEST(restart_intensity, keeps_the_delay_within_its_cap) {
  restart_intensity restarts{{100, 1h, 1s, 10s}};
  for (int i = 0; i < 10; ++i)
    restarts.crashed(first_restart);
  EXPECT_EQ(restarts.crashed(first_restart), 10s);
}

} // namespace

} // namespace tocsin::policy
