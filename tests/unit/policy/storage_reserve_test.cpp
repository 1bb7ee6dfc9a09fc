#include "policy/storage_reserve.hpp"

#include <gtest/gtest.h>

namespace tocsin::policy {

namespace {

constexpr auto mib = uint64_t{1} << 20;

TEST(storage_reserve, is_what_is_set_within_its_bounds) {
  EXPECT_EQ(storage_reserve(256 * mib, 64 * 1024 * mib), 256 * mib);
  EXPECT_EQ(storage_reserve(256 * mib, 1024 * mib), 128 * mib);
  EXPECT_EQ(storage_reserve(0, 1024 * mib), mib);
  EXPECT_EQ(storage_reserve(0, 4 * mib), mib / 2);
}

} // namespace

} // namespace tocsin::policy
