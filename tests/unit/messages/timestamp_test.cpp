#include "messages/timestamp.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

TEST(timestamp, is_written_in_utc_with_milliseconds_only_where_there_are_any) {
  EXPECT_EQ(to_rfc3339(from_unix_ms(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(1774794600000)), "2026-03-29T14:30:00Z");
  EXPECT_EQ(to_rfc3339(from_unix_ms(1774794600007)), "2026-03-29T14:30:00.007Z");
}

TEST(timestamp, is_read_with_any_offset) {
  auto expected = from_unix_ms(1774794600000);
  for (auto text : {"2026-03-29T14:30:00Z", "2026-03-29t14:30:00z", "2026-03-29T16:30:00+02:00",
                    "2026-03-29 09:00:00-05:30", "2026-03-29T14:30:00.000999Z"})
    EXPECT_EQ(parse_rfc3339(text), expected) << text;
  EXPECT_EQ(parse_rfc3339("2026-03-29T14:30:00.25Z"), expected + std::chrono::milliseconds{250});
}

TEST(timestamp, refuses_what_is_no_date_time) {
  for (auto text : {"", "2026-03-29", "2026-03-29T14:30:00", "2026-02-30T14:30:00Z",
                    "2026-13-01T00:00:00Z", "2026-03-29T24:00:00Z", "2026-03-29T14:60:00Z",
                    "2026-03-29T14:30:61Z", "2026-03-29T14:30:00+25:00", "2026-03-29T14:30:00.Z",
                    "2026-03-29T14:30:00Zx", "20260329T143000Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

} // namespace

} // namespace tocsin
