#include "app/log/log.hpp"
#include "app/uncaught.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

namespace tocsin::app {

namespace {

/// On a thread of its own, as the test would catch it on this one.
void throw_uncaught() {
  std::thread{[] { throw std::runtime_error{"no thread is left"}; }}.join();
}

TEST(uncaught, ends_with_a_line_in_the_log_and_its_exit_code) {
  EXPECT_EXIT(
    {
      start_logging({});
      log_uncaught_exceptions();
      throw_uncaught();
    },
    testing::ExitedWithCode(70), "cannot go on.*no thread is left");
}

} // namespace

} // namespace tocsin::app
