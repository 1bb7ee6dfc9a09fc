#include "app/cli/stop_signal.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;

using handler = void (*)(int);

handler handler_of(int signal) {
  struct sigaction action {};
  ::sigaction(signal, nullptr, &action);
  return action.sa_handler;
}

} // namespace

TEST(stop_signal, says_whether_one_has_come) {
  stop_signal stop;
  EXPECT_FALSE(stop.arrives_within(1ms));
  ::raise(SIGINT);
  EXPECT_TRUE(stop.arrives_within(0ms));
  EXPECT_TRUE(stop.arrives_within(1h)) << "it forgot";
}

TEST(stop_signal, is_awoken_by_one) {
  stop_signal stop;
  // The alarm's own handler does nothing but break the wait off; the other one follows from it.
  auto old = std::signal(SIGALRM, [](int) { ::raise(SIGTERM); });
  ::ualarm(20'000, 0);
  EXPECT_TRUE(stop.arrives_within(1h));
  std::signal(SIGALRM, old);
}

TEST(stop_signal, leaves_the_second_one_to_end_the_process) {
  auto before = handler_of(SIGINT);
  {
    stop_signal stop;
    EXPECT_NE(handler_of(SIGINT), before);
    ::raise(SIGINT);
    EXPECT_EQ(handler_of(SIGINT), SIG_DFL);
  }
  EXPECT_EQ(handler_of(SIGINT), before);
}

} // namespace tocsin::cli
