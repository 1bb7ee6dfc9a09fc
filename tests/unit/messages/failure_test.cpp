#include "messages/failure.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tocsin {

namespace {

TEST(errc, is_read_from_its_name_and_every_code_has_a_name_of_its_own) {
  std::set<std::string_view> names;
  for (uint8_t i = 1; i <= static_cast<uint8_t>(errc::managed); ++i) {
    auto code = static_cast<errc>(i);
    EXPECT_EQ(parse_errc(to_string(code)), code);
    EXPECT_FALSE(describe(code).empty());
    EXPECT_TRUE(names.insert(to_string(code)).second) << to_string(code);
  }
}

TEST(errc, is_not_read_from_a_name_that_no_code_has) {
  for (auto name : {"", "unknown", "brand_new", "Not_Found"})
    EXPECT_EQ(parse_errc(name), std::nullopt) << name;
}

TEST(errc, of_a_number_that_is_no_code_has_a_name_all_the_same) {
  EXPECT_EQ(to_string(errc{}), "unknown");
  EXPECT_EQ(to_string(static_cast<errc>(200)), "unknown");
}

} // namespace

} // namespace tocsin
