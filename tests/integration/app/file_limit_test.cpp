#include "tests/support/service_process.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

namespace tocsin {

namespace {

TEST(file_limit, is_raised_to_what_the_system_allows) {
  rlimit own{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &own), 0);
  rlimit few{256, own.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  service_process service{{}};
  service.start();
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &own), 0);
  rlimit its{};
  ASSERT_EQ(::prlimit(service.pid(), RLIMIT_NOFILE, nullptr, &its), 0);
  EXPECT_EQ(its.rlim_cur, own.rlim_max);
  service.kill();
}

} // namespace

} // namespace tocsin
