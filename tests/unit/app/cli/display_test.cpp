#include "app/cli/display_width.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/table.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace tocsin::cli {

TEST(display_width, counts_columns_and_not_bytes) {
  EXPECT_EQ(display_width("plain"), 5u);
  EXPECT_EQ(display_width("Zürich"), 6u);
  EXPECT_EQ(display_width("日本"), 4u);
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("🚀"), 2u);
  EXPECT_EQ(display_width("a\u200bb"), 2u);
}

TEST(table, aligns_by_display_width) {
  table rows{{{"NAME"}, {"N", align::right}, {"TEXT"}}};
  rows.add({"日本", "7", "one"});
  rows.add({"Zürich", "123", "two"});
  EXPECT_EQ(rows.text(), "NAME      N  TEXT\n"
                         "日本      7  one\n"
                         "Zürich  123  two\n");
}

TEST(table, lets_no_cell_move_the_cursor) {
  table rows{{{"TEXT"}}};
  rows.add({"red \x1b[31m alert\r\nnext"});
  EXPECT_EQ(rows.text(), "TEXT\nred [31m alert  next\n");
}

TEST(table, prints_fields_without_headings) {
  auto rows = table::of_fields();
  rows.add({"id", "1"});
  rows.add({"message", "x"});
  EXPECT_EQ(rows.text(), "id       1\nmessage  x\n");
}

TEST(json_text, keeps_every_digit_and_every_escape) {
  EXPECT_EQ(indented(R"({"a":45.10,"b":12345678901234567890123,"c":"\"{,}\" é","d":[],"e":{}})"),
            "{\n  \"a\": 45.10,\n  \"b\": 12345678901234567890123,\n"
            "  \"c\": \"\\\"{,}\\\" é\",\n  \"d\": [],\n  \"e\": {}\n}");
}

TEST(json_text, lays_out_lists_of_objects) {
  EXPECT_EQ(indented("[ {\"a\" : 1} ,\n2 ]"), "[\n  {\n    \"a\": 1\n  },\n  2\n]");
}

TEST(json_text, shows_values_as_people_read_them) {
  auto x = boost::json::parse(R"({"n":null,"b":true,"l":["a","b"],"d":0.5,"o":{"k":1}})");
  EXPECT_EQ(cell(x, "n"), "-");
  EXPECT_EQ(cell(x, "missing"), "-");
  EXPECT_EQ(cell(x, "b"), "yes");
  EXPECT_EQ(cell(x, "l"), "a, b");
  EXPECT_EQ(cell(x, "d"), "0.5");
  EXPECT_EQ(cell(x, "o"), R"({"k":1})");
}

} // namespace tocsin::cli
