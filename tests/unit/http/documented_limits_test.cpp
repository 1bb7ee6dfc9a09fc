#include "http/server.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace tocsin::http {

namespace {

using testing::HasSubstr;

/// The limits that hold unless somebody says otherwise are those that the guide to the API names.
TEST(documented_limits, are_those_of_the_server) {
  std::ifstream in{TOCSIN_API_GUIDE};
  std::string guide{std::istreambuf_iterator<char>{in}, {}};
  server_options defaults;
  auto expect_time = [&](std::string_view what, std::chrono::milliseconds limit) {
    EXPECT_THAT(guide, HasSubstr(fmt::format("\n| {} | {} s |", what, limit.count() / 1000.0)));
  };
  expect_time("the TLS handshake", defaults.handshake_timeout);
  expect_time("the header of a request, from its first byte", defaults.header_timeout);
  expect_time("the body, from the end of the header", defaults.transfer_timeout);
  expect_time("the service's answer", defaults.ask_timeout);
  expect_time("that to a Send Test", defaults.send_test_timeout);
  expect_time("reading the answer", defaults.transfer_timeout);
  expect_time("the next request on the connection", defaults.idle_timeout);
  EXPECT_THAT(
    guide, HasSubstr(fmt::format("the header is over {} KiB", defaults.max_header_bytes / 1024)));
}

} // namespace

} // namespace tocsin::http
