#include "http/connection_limits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tocsin::http {

namespace {

using boost::asio::ip::make_address;
using verdict = connection_limits::verdict;

TEST(connection_limits, serve_so_many_in_all_and_of_one_address) {
  connection_limits limits{3, 2};
  auto first = limits.enter(make_address("192.0.2.1"));
  auto second = limits.enter(make_address("192.0.2.1"));
  EXPECT_EQ(first.what, verdict::serve);
  EXPECT_EQ(second.what, verdict::serve);
  EXPECT_EQ(limits.enter(make_address("192.0.2.1")).what, verdict::turn_away);
  auto third = limits.enter(make_address("192.0.2.2"));
  EXPECT_EQ(third.what, verdict::serve);
  EXPECT_EQ(limits.enter(make_address("192.0.2.3")).what, verdict::turn_away);
  first.place.reset();
  EXPECT_EQ(limits.enter(make_address("192.0.2.1")).what, verdict::serve);
}

TEST(connection_limits, turn_away_so_many_at_once_and_drop_the_others) {
  auto peer = make_address("192.0.2.1");
  connection_limits limits{1, 1};
  auto served = limits.enter(peer);
  ASSERT_EQ(served.what, verdict::serve);
  for (int round = 0; round < 2; ++round) {
    std::vector<connection_limits::judgement> turned_away;
    for (int i = 0; i < 64; ++i) {
      turned_away.push_back(limits.enter(peer));
      ASSERT_EQ(turned_away.back().what, verdict::turn_away) << i;
    }
    EXPECT_EQ(limits.enter(peer).what, verdict::drop);
    // One that was dropped takes no place.
    EXPECT_EQ(limits.enter(peer).what, verdict::drop);
  }
  served.place.reset();
  EXPECT_EQ(limits.enter(peer).what, verdict::serve);
}

} // namespace

} // namespace tocsin::http
