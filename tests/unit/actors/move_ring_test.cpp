#include "actors/ledger/move_ring.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

std::vector<storage::delivery_move> moves(size_t count) {
  return std::vector<storage::delivery_move>(count);
}

/// `count` moves, told apart by the numbers of their attempts from `first` on.
std::vector<storage::delivery_move> numbered(uint16_t first, size_t count) {
  auto result = moves(count);
  for (auto& x : result)
    x.head.attempts = first++;
  return result;
}

std::vector<uint16_t> numbers(const std::optional<std::vector<storage::delivery_move>>& x) {
  std::vector<uint16_t> result;
  for (auto& each : x.value())
    result.push_back(each.head.attempts);
  return result;
}

using list = std::vector<uint16_t>;

TEST(move_ring_test, hands_out_what_lies_behind_a_number_in_order) {
  move_ring ring{4, [] {}};
  EXPECT_EQ(ring.last(), 0u);
  EXPECT_EQ(numbers(ring.behind(0, 10)), list{});
  ring.append(numbered(1, 3));
  EXPECT_EQ(ring.last(), 3u);
  EXPECT_EQ(numbers(ring.behind(0, 10)), (list{1, 2, 3}));
  EXPECT_EQ(numbers(ring.behind(1, 1)), list{2});
  EXPECT_EQ(numbers(ring.behind(3, 10)), list{});
}

TEST(move_ring_test, says_when_something_is_gone) {
  move_ring ring{4, [] {}};
  ring.append(numbered(1, 3));
  ring.append(numbered(4, 3));
  EXPECT_FALSE(ring.behind(0, 10));
  EXPECT_FALSE(ring.behind(1, 10));
  EXPECT_EQ(numbers(ring.behind(2, 10)), (list{3, 4, 5, 6}));
  EXPECT_EQ(numbers(ring.behind(4, 10)), (list{5, 6}));
  ring.append(numbered(7, 9));
  EXPECT_FALSE(ring.behind(10, 10));
  EXPECT_EQ(numbers(ring.behind(11, 2)), (list{12, 13}));
}

TEST(move_ring_test, knows_no_number_that_was_not_given_out) {
  move_ring ring{4, [] {}};
  ring.append(moves(3));
  EXPECT_FALSE(ring.behind(4, 10));
}

TEST(move_ring_test, wakes_once_for_who_waits) {
  size_t woken = 0;
  move_ring ring{4, [&woken] { ++woken; }};
  ring.append(moves(1));
  EXPECT_EQ(woken, 0u);
  EXPECT_FALSE(ring.wait_behind(0));
  EXPECT_TRUE(ring.wait_behind(1));
  EXPECT_TRUE(ring.wait_behind(1));
  ring.append({});
  EXPECT_EQ(woken, 0u);
  ring.append(moves(2));
  ring.append(moves(2));
  EXPECT_EQ(woken, 1u);
}

} // namespace

} // namespace tocsin
