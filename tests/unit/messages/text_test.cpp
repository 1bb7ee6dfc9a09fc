#include "messages/text.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace tocsin {

namespace {

using namespace std::string_literals;

const auto replacement = "\xEF\xBF\xBD"s;

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
}

} // namespace

} // namespace tocsin
