#include "app/config/units.hpp"

#include <gtest/gtest.h>

using namespace tocsin::app;
using namespace std::chrono_literals;

TEST(units, read_durations_with_their_unit) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("5s"), 5s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("6h"), 6h);
  EXPECT_EQ(parse_duration("30d"), 24h * 30);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(units, refuse_what_is_no_duration) {
  for (auto text : {"", "5", "s", "5 s", "5S", "-5s", "+5s", "5.5s", "5s ", " 5s", "5sec", "1h30m",
                    "99999999999999999999s", "9223372036854775807d"})
    EXPECT_FALSE(parse_duration(text)) << text;
}

TEST(units, write_durations_in_the_largest_fitting_unit) {
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(2h), "2h");
  EXPECT_EQ(format_duration(72h), "3d");
  EXPECT_EQ(format_duration(0ms), "0ms");
}

TEST(units, read_byte_counts_with_their_unit) {
  EXPECT_EQ(parse_byte_count("512B"), 512U);
  EXPECT_EQ(parse_byte_count("64KiB"), 65'536U);
  EXPECT_EQ(parse_byte_count("1MiB"), 1'048'576U);
  EXPECT_EQ(parse_byte_count("2GiB"), 2'147'483'648U);
  EXPECT_EQ(parse_byte_count("1TiB"), 1'099'511'627'776U);
}

TEST(units, refuse_what_is_no_byte_count) {
  for (auto text : {"", "1", "1MB", "1mib", "1 MiB", "-1MiB", "0x1KiB", "99999999TiB"})
    EXPECT_FALSE(parse_byte_count(text)) << text;
}

TEST(units, write_byte_counts_in_the_largest_fitting_unit) {
  EXPECT_EQ(format_byte_count(1'048'576), "1MiB");
  EXPECT_EQ(format_byte_count(1'048'577), "1048577B");
  EXPECT_EQ(format_byte_count(0), "0B");
}
