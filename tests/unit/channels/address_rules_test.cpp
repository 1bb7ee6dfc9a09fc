#include "channels/transport/address_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tocsin::channels {

namespace {

/// The first and the last address of a block, and its neighbours where they are public.
struct block_case {
  const char* first;
  const char* last;
  const char* before;
  const char* after;
};

class private_block : public ::testing::TestWithParam<block_case> {};

TEST_P(private_block, is_closed_to_customers_from_its_first_to_its_last_address) {
  auto& x = GetParam();
  for (std::string_view inside : {x.first, x.last}) {
    EXPECT_FALSE(address_rules::public_only().allow(inside)) << inside;
    EXPECT_TRUE(address_rules::any().allow(inside)) << inside;
  }
  for (std::string_view outside : {x.before, x.after})
    if (!outside.empty()) {
      EXPECT_TRUE(address_rules::public_only().allow(outside)) << outside;
    }
}

INSTANTIATE_TEST_SUITE_P(
  ipv4, private_block,
  ::testing::Values(block_case{"0.0.0.0", "0.255.255.255", "", "1.0.0.0"},
                    block_case{"10.0.0.0", "10.255.255.255", "9.255.255.255", "11.0.0.0"},
                    block_case{"100.64.0.0", "100.127.255.255", "100.63.255.255", "100.128.0.0"},
                    block_case{"127.0.0.0", "127.255.255.255", "126.255.255.255", "128.0.0.0"},
                    block_case{"169.254.0.0", "169.254.255.255", "169.253.255.255", "169.255.0.0"},
                    block_case{"169.254.169.254", "169.254.169.254", "", ""},
                    block_case{"172.16.0.0", "172.31.255.255", "172.15.255.255", "172.32.0.0"},
                    block_case{"192.0.0.0", "192.0.0.255", "191.255.255.255", "192.0.1.0"},
                    block_case{"192.0.2.0", "192.0.2.255", "192.0.1.255", "192.0.3.0"},
                    block_case{"192.88.99.0", "192.88.99.255", "192.88.98.255", "192.88.100.0"},
                    block_case{"192.168.0.0", "192.168.255.255", "192.167.255.255", "192.169.0.0"},
                    block_case{"198.18.0.0", "198.19.255.255", "198.17.255.255", "198.20.0.0"},
                    block_case{"198.51.100.0", "198.51.100.255", "198.51.99.255", "198.51.101.0"},
                    block_case{"203.0.113.0", "203.0.113.255", "203.0.112.255", "203.0.114.0"},
                    block_case{"224.0.0.0", "239.255.255.255", "223.255.255.255", ""},
                    block_case{"240.0.0.0", "255.255.255.255", "", ""}));

INSTANTIATE_TEST_SUITE_P(
  ipv6, private_block,
  ::testing::Values(
    block_case{"::", "::1", "", ""}, block_case{"::8.8.8.8", "::ffff", "", ""},
    block_case{"64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", "", ""},
    block_case{"100::", "100::ffff:ffff:ffff:ffff", "", ""},
    block_case{"100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff", "", ""},
    block_case{"2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "2000:ffff::1", "2001:200::"},
    block_case{"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db7::1", "2001:db9::"},
    block_case{"2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:ffff::1", "2003::"},
    block_case{"3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3ffe::1", "3fff:1000::"},
    block_case{"5f00::", "5f00:ffff::1", "", ""}, block_case{"fc00::", "fdff:ffff::1", "", ""},
    block_case{"fd00:ec2::254", "fd00:ec2::254", "", ""},
    block_case{"fe80::1", "febf:ffff::1", "", ""}, block_case{"fec0::", "feff:ffff::1", "", ""},
    block_case{"ff00::", "ffff:ffff::1", "", ""}, block_case{"1fff:ffff::", "4000::", "", ""}));

INSTANTIATE_TEST_SUITE_P(ipv4_within_ipv6, private_block,
                         ::testing::Values(block_case{"::ffff:127.0.0.1", "::ffff:10.0.0.1",
                                                      "::ffff:8.8.8.8", "::ffff:1.1.1.1"},
                                           block_case{"64:ff9b::127.0.0.1",
                                                      "64:ff9b::169.254.169.254",
                                                      "64:ff9b::8.8.8.8", ""}));

TEST(address_rules, let_public_addresses_through) {
  for (std::string_view x : {"8.8.8.8", "2606:4700:4700::1111", "2a01:4f8::1"})
    EXPECT_TRUE(address_rules::public_only().allow(x)) << x;
}

TEST(address_rules, let_listed_blocks_through_besides) {
  auto list = parse_address_list("10.1.0.0/16, 192.168.7.7 ,fd00:1::/32");
  ASSERT_TRUE(list);
  address_rules rules{*list};
  EXPECT_FALSE(rules.is_public_only());
  for (std::string_view x : {"10.1.0.0", "10.1.255.255", "192.168.7.7", "fd00:1::7", "8.8.8.8",
                             "::ffff:10.1.2.3", "64:ff9b::10.1.2.3"})
    EXPECT_TRUE(rules.allow(x)) << x;
  for (std::string_view x : {"10.2.0.0", "10.0.255.255", "192.168.7.8", "127.0.0.1", "fd00:2::1",
                             "::1", "::ffff:10.2.0.0"})
    EXPECT_FALSE(rules.allow(x)) << x;
}

TEST(address_rules, of_an_empty_list_let_public_addresses_through_alone) {
  address_rules rules{*parse_address_list(" ,")};
  EXPECT_FALSE(rules.allow(std::string_view{"10.0.0.1"}));
  EXPECT_TRUE(rules.allow(std::string_view{"1.1.1.1"}));
}

TEST(address_list, takes_blocks_of_both_families) {
  for (auto text : {"", "0.0.0.0/0", "::/0", "10.0.0.0/8", "10.0.0.1", "::1/128,fe80::/10"})
    EXPECT_TRUE(parse_address_list(text)) << text;
  for (auto text : {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0.0/-1", "10.0.0.1/8",
                    "::/129", "fe81::/9", "localhost", "10.0.0", "10.0.0.0/8;::1", "/8"})
    EXPECT_FALSE(parse_address_list(text)) << text;
}

TEST(address_rules, refuse_what_is_no_address) {
  for (std::string_view x : {"", "localhost", "1.2.3", "2130706433", "/run/socket"})
    EXPECT_FALSE(address_rules::public_only().allow(x)) << x;
}

TEST(address_rules, say_whether_they_refuse_anything) {
  EXPECT_TRUE(address_rules::any().allow_all());
  EXPECT_TRUE(address_rules{*parse_address_list("10.0.0.0/8, 0.0.0.0/0, ::/0")}.allow_all());
  EXPECT_FALSE(address_rules::public_only().allow_all());
  EXPECT_FALSE(address_rules{*parse_address_list("0.0.0.0/0")}.allow_all());
  EXPECT_FALSE(address_rules{*parse_address_list("127.0.0.0/8, ::1")}.allow_all());
}

} // namespace

} // namespace tocsin::channels
