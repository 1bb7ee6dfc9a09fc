#include "messages/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace tocsin {

namespace {

using namespace std::string_literals;

const auto replacement = "\xEF\xBF\xBD"s;

/// Seconds that this thread was at work so far.
double processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

TEST(clean_text, leaves_good_text_alone) {
  for (auto text : {""s, "plain\n\ttext"s, "é🚀 ملف"s, "\xE2\x80\xA8"s})
    EXPECT_EQ(clean_text(text), text);
}

TEST(clean_text, replaces_each_ill_formed_sequence_once) {
  // The last three are table 3-8 of Unicode 15: one replacement for each maximal subpart.
  std::vector<std::pair<std::string, std::string>> table{
    {"\xC3(", replacement + "("},
    {"\xED\xA0\x80", replacement + replacement + replacement},
    {"\xC0\xAF", replacement + replacement},
    {"\xF4\x90\x80\x80", replacement + replacement + replacement + replacement},
    {"a\xF1\x80\x80\xE1\x80\xC2"
     "b",
     "a" + replacement + replacement + replacement + "b"},
    {"\xE2\x82", replacement},
    {"\xFF", replacement},
  };
  for (auto& [in, out] : table)
    EXPECT_EQ(clean_text(in), out);
}

TEST(clean_text, drops_controls_and_bidi_overrides) {
  EXPECT_EQ(clean_text("a\0b"s), "ab");
  EXPECT_EQ(clean_text("\x1b[31mred\a\x7f"), "[31mred");
  EXPECT_EQ(clean_text("\xC2\x85x\xC2\x9F"), "x");
  EXPECT_EQ(clean_text("\xE2\x80\xAE"
                       "evil\xE2\x80\xAC\xE2\x81\xA6x\xE2\x81\xA9"),
            "evilx");
  EXPECT_EQ(clean_text("a\r\nb"), "a\nb");
}

TEST(repair_text, keeps_carriage_returns_and_is_else_the_same) {
  EXPECT_EQ(repair_text("a\r\n.\rb"), "a\r\n.\rb");
  EXPECT_EQ(repair_text("a\0\r\x1b[31m\xC2\x85\xC3(\xE2\x80\xAE\r"s),
            "a\r[31m" + replacement + "(\r");
}

TEST(clean_line, turns_every_line_break_into_a_space) {
  EXPECT_EQ(clean_line("a\r\nBcc: x\ty"), "a  Bcc: x y");
  EXPECT_EQ(clean_line("a\xE2\x80\xA8"
                       "b\xE2\x80\xA9"
                       "c"),
            "a b c");
  EXPECT_EQ(clean_line("\n\xC2\x85\xE2\x80\xAE\r\xE2\x80"s), "  " + replacement);
}

/// How much processor time this thread needs to clean a line of `count` line separators.
double cost_of_separators(size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += "\xE2\x80\xA8";
  auto cleaned = std::string(count, ' ');
  auto best = std::numeric_limits<double>::max();
  for (int i = 0; i < 5; ++i) {
    auto copy = text;
    auto before = processor_time();
    auto result = clean_line(std::move(copy));
    best = std::min(best, processor_time() - before);
    EXPECT_EQ(result, cleaned);
  }
  return best;
}

// 16 times as much text takes 16 times as long, and not 256 times.
TEST(clean_line, costs_as_much_for_each_separator_of_a_long_text) {
  EXPECT_LT(cost_of_separators(320'000), 64 * cost_of_separators(20'000));
}

TEST(is_blank, sees_through_white_space_alone) {
  for (auto text : {"", " ", " \t\r\n"})
    EXPECT_TRUE(is_blank(text)) << '"' << text << '"';
  for (auto text : {"a", "  . ", "\xC2\xA0"})
    EXPECT_FALSE(is_blank(text)) << '"' << text << '"';
}

TEST(lower_ascii, turns_the_26_letters_and_nothing_else) {
  EXPECT_EQ(lower_ascii("X-Signature-256 @[`{ \xC3\x84"), "x-signature-256 @[`{ \xC3\x84");
  EXPECT_EQ(lower_ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), "abcdefghijklmnopqrstuvwxyz");
}

} // namespace

} // namespace tocsin
