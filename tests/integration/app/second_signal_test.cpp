#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/readiness.hpp"
#include "tests/support/service_process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

/// A tocsind whose webhook takes requests and never answers, and that waits long for it.
class second_signal : public testing::TestWithParam<int> {
protected:
  second_signal()
    : silent_(context_, tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}),
      service_({"delivery.drain_timeout=10m", "transport.total_timeout=10m"}) {
    service_.start();
  }

  api_client api() { return {service_.url(), service_.token()}; }

  boost::asio::io_context context_;
  tcp::acceptor silent_;
  service_process service_;
};

TEST_P(second_signal, ends_the_draining_and_loses_nothing) {
  auto made = api().post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                  R"({{"url":"http://127.0.0.1:{}/"}}}})",
                                                  silent_.local_endpoint().port()));
  ASSERT_EQ(made.status, 201) << boost::json::serialize(made.body);
  ASSERT_EQ(api().post("/events", R"({"event":"deploy.failure","message":"m"})").status, 202);
  auto first = silent_.accept();
  ASSERT_EQ(::kill(service_.pid(), SIGTERM), 0);
  // It drains as long as it answers.
  ASSERT_TRUE(eventually([this] { return status_of_readiness(service_.url()) == 503; }));
  ASSERT_EQ(::kill(service_.pid(), GetParam()), 0);
  EXPECT_EQ(service_.wait(60s), 0);
  service_.start();
  auto list = api().get("/deliveries?outcome=ambiguous");
  ASSERT_EQ(list.body.at("data").as_array().size(), 1u);
  EXPECT_EQ(list.text("/data/0/state"), "scheduled") << boost::json::serialize(list.body);
  EXPECT_EQ(list.body.at_pointer("/data/0/attempts").to_number<int>(), 1);
  // It is tried again.
  auto second = silent_.accept();
  service_.kill();
}

INSTANTIATE_TEST_SUITE_P(signals, second_signal, testing::Values(SIGTERM, SIGINT));

} // namespace

} // namespace tocsin
