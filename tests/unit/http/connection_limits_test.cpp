#include "http/connection_limits.hpp"

#include <gtest/gtest.h>

namespace tocsin::http {

namespace {

using boost::asio::ip::make_address;
using verdict = connection_limits::verdict;

TEST(connection_limits, serve_so_many_in_all_and_of_one_address) {
  connection_limits limits{3, 2};
  EXPECT_EQ(limits.enter(make_address("192.0.2.1")), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("192.0.2.1")), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("192.0.2.1")), verdict::turn_away);
  EXPECT_EQ(limits.enter(make_address("192.0.2.2")), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("192.0.2.3")), verdict::turn_away);
  limits.leave(make_address("192.0.2.1"), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("192.0.2.1")), verdict::serve);
}

TEST(connection_limits, count_a_64_of_ipv6_as_one_address) {
  connection_limits limits{10, 2};
  EXPECT_EQ(limits.enter(make_address("2001:db8::1")), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("2001:db8::2")), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("2001:db8::3")), verdict::turn_away);
  EXPECT_EQ(limits.enter(make_address("2001:db8:0:1::3")), verdict::serve);
  limits.leave(make_address("2001:db8::1"), verdict::serve);
  EXPECT_EQ(limits.enter(make_address("2001:db8::3")), verdict::serve);
}

TEST(connection_limits, turn_away_so_many_at_once_and_drop_the_others) {
  auto peer = make_address("192.0.2.1");
  connection_limits limits{1, 1};
  ASSERT_EQ(limits.enter(peer), verdict::serve);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 64; ++i)
      ASSERT_EQ(limits.enter(peer), verdict::turn_away) << i;
    EXPECT_EQ(limits.enter(peer), verdict::drop);
    // One that was dropped takes no place.
    EXPECT_EQ(limits.enter(peer), verdict::drop);
    for (int i = 0; i < 64; ++i)
      limits.leave(peer, verdict::turn_away);
  }
  limits.leave(peer, verdict::serve);
  EXPECT_EQ(limits.enter(peer), verdict::serve);
}

} // namespace

} // namespace tocsin::http
