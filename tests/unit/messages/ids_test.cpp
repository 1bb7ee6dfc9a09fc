#include "messages/ids.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

TEST(ulid, reads_the_specification_s_example_back) {
  // https://github.com/ulid/spec: the first ten characters are 1469918176385 ms.
  auto x = parse_ulid("01ARYZ6S41TSV4RRFFQ69G5FAV");
  ASSERT_TRUE(x);
  EXPECT_EQ(x->unix_ms(), 1469918176385u);
  EXPECT_EQ(to_string(*x), "01ARYZ6S41TSV4RRFFQ69G5FAV");
}

TEST(ulid, reads_lower_case_and_refuses_what_is_no_ulid) {
  EXPECT_TRUE(parse_ulid("01aryz6s41tsv4rrffq69g5fav"));
  for (auto text :
       {"", "01ARYZ6S41TSV4RRFFQ69G5FA", "01ARYZ6S41TSV4RRFFQ69G5FAVX",
        "81ARYZ6S41TSV4RRFFQ69G5FAV", "01ARYZ6S41TSV4RRFFQ69G5FAU", "01ARYZ6S41TSV4RRFFQ69G5F/V"})
    EXPECT_FALSE(parse_ulid(text)) << text;
}

TEST(ulid, orders_as_text_as_it_does_as_bytes) {
  ulid_generator make{7};
  auto last = make.next(1000);
  for (uint64_t i = 0; i < 1000; ++i) {
    auto x = make.next(1000 + i / 10);
    EXPECT_LT(last, x);
    EXPECT_LT(to_string(last), to_string(x));
    EXPECT_EQ(parse_ulid(to_string(x)), x);
    last = x;
  }
}

TEST(ulid, keeps_rising_when_the_clock_steps_back) {
  ulid_generator make{7};
  auto later = make.next(2000);
  auto earlier = make.next(1000);
  EXPECT_LT(later, earlier);
  EXPECT_EQ(earlier.unix_ms(), 2000u);
}

TEST(ulid, leaves_room_for_the_reserved_ids) {
  ulid_generator make{7};
  auto x = make.next(1000, 3);
  auto next = make.next(1000);
  EXPECT_EQ(x.plus(4), next);
}

TEST(ulid, carries_over_all_bytes) {
  ulid x;
  x.bytes[14] = 0xff;
  x.bytes[15] = 0xff;
  auto y = x.plus(1);
  EXPECT_EQ(y.bytes[13], 1);
  EXPECT_EQ(y.bytes[14], 0);
  EXPECT_EQ(y.bytes[15], 0);
}

} // namespace

} // namespace tocsin
