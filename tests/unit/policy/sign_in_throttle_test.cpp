#include "policy/sign_in_throttle.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

using namespace std::chrono_literals;

namespace {

constexpr steady_time first_failure{std::chrono::hours{1'000'000 / 3600}};

TEST(sign_in_throttle, lets_people_mistype) {
  sign_in_throttle x;
  for (int i = 0; i < 2; ++i) {
    x.failed("admin/ops", first_failure);
    EXPECT_EQ(x.wait("admin/ops", first_failure), 0ms);
  }
}

TEST(sign_in_throttle, waits_twice_as_long_after_each_further_failure_up_to_a_limit) {
  sign_in_throttle x;
  for (int i = 0; i < 3; ++i)
    x.failed("admin/ops", first_failure);
  EXPECT_EQ(x.wait("admin/ops", first_failure), 1s);
  x.failed("admin/ops", first_failure);
  EXPECT_EQ(x.wait("admin/ops", first_failure), 2s);
  EXPECT_EQ(x.wait("admin/ops", first_failure + 1500ms), 500ms);
  EXPECT_EQ(x.wait("admin/ops", first_failure + 2s), 0ms);
  for (int i = 0; i < 100; ++i)
    x.failed("admin/ops", first_failure);
  EXPECT_EQ(x.wait("admin/ops", first_failure), sign_in_throttle::longest_wait);
}

TEST(sign_in_throttle, counts_each_key_by_itself_and_forgets_on_success) {
  sign_in_throttle x;
  for (int i = 0; i < 5; ++i)
    x.failed("address/192.0.2.1", first_failure);
  EXPECT_EQ(x.wait("address/192.0.2.2", first_failure), 0ms);
  x.succeeded("address/192.0.2.1");
  EXPECT_EQ(x.wait("address/192.0.2.1", first_failure), 0ms);
}

TEST(sign_in_throttle, forgets_what_is_long_past) {
  sign_in_throttle x;
  for (int i = 0; i < 5; ++i)
    x.failed("a", first_failure);
  x.failed("a", first_failure + sign_in_throttle::memory);
  EXPECT_EQ(x.wait("a", first_failure + sign_in_throttle::memory), 0ms);
}

TEST(sign_in_throttle, remembers_no_more_than_its_share_and_the_newest) {
  sign_in_throttle x;
  for (size_t i = 0; i < sign_in_throttle::max_keys + 10; ++i)
    for (int n = 0; n < 3; ++n)
      x.failed(std::to_string(i), first_failure + std::chrono::milliseconds{i});
  auto end = first_failure + std::chrono::milliseconds{sign_in_throttle::max_keys};
  EXPECT_EQ(x.wait("0", first_failure), 0ms);
  EXPECT_GT(x.wait(std::to_string(sign_in_throttle::max_keys), end), 0ms);
}

} // namespace

} // namespace tocsin::policy
