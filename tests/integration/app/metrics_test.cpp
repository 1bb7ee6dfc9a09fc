#include "tests/integration/app/service_fixture.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/metrics_page.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <optional>

namespace tocsin {

namespace {

using testing::IsEmpty;

class metrics : public service_fixture {
protected:
  /// What `token` gets.
  cli::http_reply scrape(const std::string& token, const std::string& query = "") {
    cli::http_request x{"GET", "/metrics" + query, "", {}};
    x.root.clear();
    auto reply = cli::http_client{service->url(), token}.send(x);
    EXPECT_TRUE(reply) << reply.error().detail;
    return reply ? *reply : cli::http_reply{};
  }

  metrics_page page(const std::string& query = "") {
    auto reply = scrape(service->token(), query);
    EXPECT_EQ(reply.status, 200);
    metrics_page result{reply.body};
    EXPECT_THAT(result.faults(), IsEmpty());
    return result;
  }

  /// Scrapes until the series has the value, and gives that page.
  metrics_page page_where(std::string_view name, const metric_labels& labels, double value) {
    std::optional<metrics_page> result;
    EXPECT_TRUE(eventually([&] {
      result = page();
      return result->find(name, labels) == value;
    }))
      << name << " is " << result->find(name, labels).value_or(-1) << ", not " << value;
    return *result;
  }

  std::string token_with(const std::string& scope) {
    return api()
      .post("/tokens", fmt::format(R"({{"name":"{0}","scopes":["{0}"]}})", scope))
      .text("/token");
  }
};

TEST(metrics_of_a_small_map, tell_the_reserve_that_counts) {
  app::config settings;
  settings.storage.map_limit_bytes = uint64_t{1} << 30;
  running_service service{settings};
  auto stats = service.api().get("/stats/actors").body;
  EXPECT_EQ(stats.at("retention").at("reserve_bytes"), settings.storage.map_limit_bytes / 8);
}

TEST_F(metrics, are_for_tokens_with_the_scope_of_the_stats) {
  EXPECT_EQ(scrape("").status, 401);
  EXPECT_EQ(scrape("tocsin_nobody").status, 401);
  for (auto scope : {"read", "events:write"})
    EXPECT_EQ(scrape(token_with(scope)).status, 403) << scope;
  EXPECT_EQ(scrape(token_with("stats")).status, 200);
}

TEST_F(metrics, follow_a_delivery_to_its_end) {
  add_webhook("one");
  auto before = page();
  EXPECT_EQ(before.find("tocsin_channels", {{"type", "webhook"}, {"state", "active"}}), 1);
  EXPECT_EQ(before.find("tocsin_deliveries_accepted_total"), 0);
  wait_until_ended(send("deploy.failure"));
  auto after = page_where("tocsin_deliveries_total", {{"outcome", "delivered"}}, 1);
  EXPECT_EQ(after.find("tocsin_deliveries_accepted_total"), 1);
  EXPECT_EQ(after.find("tocsin_deliveries_pending"), 0);
  EXPECT_EQ(after.find("tocsin_attempts_total", {{"type", "webhook"}, {"outcome", "delivered"}}),
            1);
  EXPECT_EQ(after.find("tocsin_attempt_duration_seconds_count", {{"type", "webhook"}}), 1);
  EXPECT_GT(after.find("tocsin_attempt_duration_seconds_sum", {{"type", "webhook"}}), 0);
  EXPECT_GT(after.find("tocsin_storage_commits_total"),
            before.find("tocsin_storage_commits_total"));
  EXPECT_EQ(after.find("tocsin_ready"), 1);
}

TEST_F(metrics, count_anew_after_a_restart_and_never_backwards_before) {
  auto channel = add_webhook("one");
  wait_until_ended(send("deploy.failure"));
  EXPECT_EQ(api().remove("/channels/" + channel).status, 204);
  add_webhook("two");
  wait_until_ended(send("deploy.failure"));
  page_where("tocsin_attempts_total", {{"type", "webhook"}, {"outcome", "delivered"}}, 2);
  page_where("tocsin_deliveries_total", {{"outcome", "delivered"}}, 2);
  service->restart();
  EXPECT_EQ(page().find("tocsin_deliveries_total", {{"outcome", "delivered"}}), 0);
  wait_until_ended(send("deploy.failure"));
  page_where("tocsin_deliveries_total", {{"outcome", "delivered"}}, 1);
}

TEST_F(metrics, have_series_of_single_channels_for_those_who_ask) {
  auto channel = add_webhook("one");
  EXPECT_EQ(page().families().count("tocsin_channel_info"), 0u);
  auto all = page("?channels=true");
  EXPECT_EQ(all.find("tocsin_channel_state", {{"channel", channel}, {"state", "active"}}), 1);
  EXPECT_EQ(scrape(service->token(), "?channels=maybe").status, 422);
}

} // namespace

} // namespace tocsin
