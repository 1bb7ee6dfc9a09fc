#include "messages/address_group.hpp"
#include "messages/connection_census.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace tocsin {

namespace {

using boost::asio::ip::make_address;

TEST(address_group, is_a_64_of_ipv6_and_an_address_of_ipv4) {
  auto group = [](const char* x) { return address_group(make_address(x)).to_string(); };
  EXPECT_EQ(group("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(group("::ffff:192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(group("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
  EXPECT_EQ(group("2001:db8:1:2:ffff::1"), "2001:db8:1:2::");
  EXPECT_EQ(group("2001:db8:1:3::1"), "2001:db8:1:3::");
}

TEST(connection_census, counts_a_64_of_ipv6_as_one_address) {
  connection_census census{10, 2};
  std::vector<entry_slot> taken;
  taken.push_back(census.take(make_address("2001:db8::1")));
  taken.push_back(census.take(make_address("2001:db8::2")));
  EXPECT_TRUE(taken[0] && taken[1]);
  EXPECT_FALSE(census.take(make_address("2001:db8::3")));
  EXPECT_TRUE(census.take(make_address("2001:db8:0:1::3")));
  EXPECT_TRUE(census.take(make_address("192.0.2.1")));
  taken.pop_back();
  EXPECT_TRUE(census.take(make_address("2001:db8::3")));
}

TEST(connection_census, counts_all_and_outlives_itself) {
  std::optional<connection_census> census{std::in_place, 2, 2};
  auto first = census->take(make_address("192.0.2.1"));
  auto second = census->take(make_address("192.0.2.2"));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(census->take(make_address("192.0.2.3")));
  second.reset();
  EXPECT_TRUE(census->take(make_address("192.0.2.3")));
  census.reset();
  first.reset();
}

} // namespace

} // namespace tocsin
