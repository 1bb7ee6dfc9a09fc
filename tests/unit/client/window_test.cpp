#include "client/window.hpp"

#include <gmock/gmock.h>

namespace tocsin::client {

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class window_test : public testing::Test {
protected:
  window_test() {
    for (uint64_t number : {1, 2, 3})
      asked.add({number, link::frame_kind::submit, "x"}, begin + number * 1s);
  }

  std::vector<uint64_t> send() {
    std::vector<uint64_t> result;
    asked.send_waiting([&](const question& x) { result.push_back(x.number); });
    return result;
  }

  static std::vector<uint64_t> numbers(const std::vector<window::entry>& xs) {
    std::vector<uint64_t> result;
    for (auto& x : xs)
      result.push_back(x.value.number);
    return result;
  }

  window::clock::time_point begin = window::clock::now();
  window asked;
};

TEST_F(window_test, sends_each_question_once_until_it_is_to_be_repeated) {
  EXPECT_THAT(send(), ElementsAre(1, 2, 3));
  EXPECT_THAT(send(), IsEmpty());
  asked.repeat(2);
  EXPECT_THAT(send(), ElementsAre(2));
  asked.settle(1);
  asked.repeat_all();
  EXPECT_THAT(send(), ElementsAre(2, 3));
}

TEST_F(window_test, forgets_what_is_settled) {
  EXPECT_EQ(asked.settle(2)->number, 2u);
  EXPECT_FALSE(asked.settle(2));
  EXPECT_EQ(asked.find(2), nullptr);
  asked.repeat(2);
  EXPECT_THAT(send(), ElementsAre(1, 3));
}

TEST_F(window_test, gives_out_what_is_older_than_a_limit) {
  EXPECT_THAT(numbers(asked.take_older_than(begin + 3s)), ElementsAre(1, 2));
  EXPECT_THAT(send(), ElementsAre(3));
}

TEST_F(window_test, knows_what_was_sent_once_and_what_waits) {
  send();
  asked.add({4, link::frame_kind::submit, "x"}, begin);
  asked.repeat(1);
  EXPECT_THAT(numbers(asked.take_if([](auto& x) { return !x.was_sent; })), ElementsAre(4));
  EXPECT_THAT(numbers(asked.take_if([](auto& x) { return x.is_waiting; })), ElementsAre(1));
}

TEST_F(window_test, takes_back_what_was_taken_out_as_it_was) {
  send();
  asked.repeat(1);
  for (auto& x : asked.take_if([](auto&) { return true; }))
    asked.put_back(std::move(x));
  EXPECT_THAT(send(), ElementsAre(1));
  EXPECT_NE(asked.find(3), nullptr);
}

} // namespace

} // namespace tocsin::client
