#include "tests/integration/channels/http_transport_fixture.hpp"
#include "tests/support/eventually.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>

namespace tocsin::channels {

namespace {

/// Closes connections after a second, at the far end as well as here.
class kept_connection : public ::testing::Test {
protected:
  static transport_options options() {
    transport_options result;
    result.http_idle_limit = std::chrono::seconds{1};
    return result;
  }

  int post(const loopback_server& to) {
    auto target = std::make_shared<http_target>();
    target->url = to.url("/");
    auto log = std::make_shared<completion_log>();
    through.submit(log, {{1, http_request{std::move(target), {}, "{}"}}});
    EXPECT_TRUE(log->wait_for(1));
    return log->reply(1).code;
  }

  /// How many files the process has open.
  static auto open_files() {
    return std::distance(std::filesystem::directory_iterator{"/proc/self/fd"}, {});
  }

  loopback_server server{http_reply("200 OK", "")};
  loopback_server busy{http_reply("200 OK", "")};
  curl_transport through{options()};
};

TEST_F(kept_connection, is_closed_once_nothing_was_sent_for_long) {
  auto before = open_files();
  EXPECT_EQ(post(server), 200);
  EXPECT_EQ(post(busy), 200);
  EXPECT_EQ(open_files(), before + 4);
  EXPECT_TRUE(eventually([&] { return open_files() == before; }));
  EXPECT_EQ(post(server), 200);
  EXPECT_EQ(server.connections(), 2u);
}

TEST_F(kept_connection, is_closed_while_only_others_are_used) {
  auto before = open_files();
  EXPECT_EQ(post(server), 200);
  EXPECT_TRUE(eventually([&] { return post(busy) == 200 && open_files() == before + 2; }));
  EXPECT_EQ(busy.connections(), 1u);
}

} // namespace

} // namespace tocsin::channels
