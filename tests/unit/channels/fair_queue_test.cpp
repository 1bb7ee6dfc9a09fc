#include "channels/transport/fair_queue.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace tocsin::channels {

namespace {

std::string pop_all(fair_queue<char>& queue) {
  std::string result;
  while (!queue.empty())
    result += queue.pop();
  return result;
}

TEST(fair_queue, gives_turns_to_the_senders_of_one_owner) {
  std::array<int, 2> senders{};
  fair_queue<char> queue;
  for (char x : {'a', 'b', 'c'})
    queue.push("one", &senders[0], x);
  queue.push("one", &senders[1], 'x');
  EXPECT_EQ(pop_all(queue), "axbc");
}

TEST(fair_queue, gives_no_more_turns_to_an_owner_with_many_senders) {
  std::array<int, 4> senders{};
  fair_queue<char> queue;
  for (auto sender : {0, 1, 2})
    for (char x : {'a', 'b'})
      queue.push("one", &senders[sender], static_cast<char>(x + 2 * sender));
  for (char x : {'x', 'y'})
    queue.push("other", &senders[3], x);
  EXPECT_EQ(pop_all(queue), "axcyebdf");
}

TEST(fair_queue, gives_back_what_one_sender_has_waiting_and_keeps_the_turns_of_the_others) {
  std::array<int, 3> senders{};
  fair_queue<char> queue;
  for (char x : {'a', 'b'})
    queue.push("one", &senders[0], x);
  queue.push("one", &senders[1], 'x');
  queue.push("other", &senders[2], 'y');
  auto taken = queue.take_all("one", &senders[0]);
  EXPECT_EQ(std::string(taken.begin(), taken.end()), "ab");
  EXPECT_TRUE(queue.take_all("one", &senders[0]).empty());
  EXPECT_TRUE(queue.take_all("nobody", &senders[0]).empty());
  EXPECT_EQ(queue.take_all("other", &senders[2]).size(), 1u);
  EXPECT_EQ(pop_all(queue), "x");
}

} // namespace

} // namespace tocsin::channels
