#include "messages/json_string.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

TEST(json_string, quotes_text_as_json_wants_it) {
  std::string out = ":";
  append_json_string(out, std::string_view{"a\"\\\x01\n\t\rб", 9});
  EXPECT_EQ(out, ":\"a\\\"\\\\\\u0001\\n\\t\\rб\"");
}

TEST(json_string, escapes_wherever_it_is_needed) {
  for (size_t at = 0; at < 40; ++at) {
    std::string text(40, 'x');
    text[at] = '"';
    std::string out;
    append_json_string(out, text);
    EXPECT_EQ(out, '"' + std::string(at, 'x') + "\\\"" + std::string(39 - at, 'x') + '"');
  }
}

} // namespace

} // namespace tocsin
