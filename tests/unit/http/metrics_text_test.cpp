#include "http/metric_writer.hpp"
#include "http/metrics_text.hpp"
#include "tests/support/metrics_page.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>
#include <regex>
#include <set>
#include <string>

namespace tocsin::http {

namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

latency_metrics some_latencies() {
  return {{{0.000'984'97, 2}, {0.25, 2}, {91.26, 5}}, 6, 200.5};
}

channel_type_metrics some_type(channel_type type) {
  return {type, {3, 1, 0, 2, 4}, {10, 20, 30}, some_latencies(), 5};
}

certificate_stats some_certificate() {
  return {"panel", "one", "sha256:0f", "2026-04-03T10:00:00Z", 2};
}

/// With something in each family.
node_metrics full_node() {
  node_metrics x;
  x.version = "1.2.3";
  x.actors = {{"tocsin.ingress", 1, 2, 3, 4, 5'500'000}, {"tocsin.stats", 1, 0, 9, 0, 1}};
  x.types = {some_type(channel_type::email), some_type(channel_type::slack)};
  channel_metrics one;
  one.owner = {recipient_kind::customer, "acme"};
  one.name = "a \"quoted\\\nname\" \u00fc";
  one.type = channel_type::slack;
  one.condition = channel_condition::failing;
  one.attempts = {1, 2, 3};
  one.pending = 4;
  x.channels = {one};
  x.certificates = {some_certificate()};
  x.storage = {10, 20, 30, 7, 3, 50, 13, {{"events", 4}, {"deliveries", 5}}, {}, {}};
  x.storage.last_day = growth_stats{from_unix_ms(0), 1, 172'800};
  x.reserve_bytes = 64;
  x.commits = std::numeric_limits<uint64_t>::max();
  x.deliveries = {100, 7, 80, 5, 4, 3};
  x.pending = 9;
  x.process = {1.25, 1000, 2000, 8, 20, 1024, 1'774'000'000.5};
  return x;
}

TEST(metric_writer, escapes_what_would_end_a_label_or_a_line) {
  metric_writer out;
  out.family("a", metric_kind::gauge, "back\\slash, \"quotes\"\nand a line")
    .sample({{"x", "back\\slash, \"quotes\"\nand a line"}, {"y", ""}}, 1);
  EXPECT_EQ(out.take(), "# HELP a back\\\\slash, \"quotes\"\\nand a line\n"
                        "# TYPE a gauge\n"
                        "a{x=\"back\\\\slash, \\\"quotes\\\"\\nand a line\",y=\"\"} 1\n");
}

TEST(metric_writer, writes_numbers_as_prometheus_reads_them) {
  metric_writer out;
  out.family("a", metric_kind::gauge, "h")
    .sample({}, std::numeric_limits<uint64_t>::max())
    .sample({}, -3)
    .sample({}, true)
    .sample({}, 0.1)
    .sample({}, 1e300)
    .sample({}, std::numeric_limits<double>::infinity())
    .sample({}, -std::numeric_limits<double>::infinity())
    .sample({}, std::nan(""));
  EXPECT_EQ(out.take(), "# HELP a h\n# TYPE a gauge\na 18446744073709551615\na -3\na 1\na 0.1\n"
                        "a 1e+300\na +Inf\na -Inf\na NaN\n");
}

TEST(metric_writer, writes_a_histogram_with_its_last_bucket_sum_and_count) {
  metric_writer out;
  out.family("t_seconds", metric_kind::histogram, "h")
    .sample({{"type", "slack"}}, some_latencies())
    .sample({}, latency_metrics{});
  EXPECT_EQ(out.take(), "# HELP t_seconds h\n# TYPE t_seconds histogram\n"
                        "t_seconds_bucket{type=\"slack\",le=\"0.000985\"} 2\n"
                        "t_seconds_bucket{type=\"slack\",le=\"0.25\"} 2\n"
                        "t_seconds_bucket{type=\"slack\",le=\"91.3\"} 5\n"
                        "t_seconds_bucket{type=\"slack\",le=\"+Inf\"} 6\n"
                        "t_seconds_sum{type=\"slack\"} 200.5\n"
                        "t_seconds_count{type=\"slack\"} 6\n"
                        "t_seconds_bucket{le=\"+Inf\"} 0\nt_seconds_sum 0\nt_seconds_count 0\n");
}

TEST(metrics_text, is_what_prometheus_reads) {
  metrics_page page{to_metrics_text(full_node(), {}, {})};
  EXPECT_THAT(page.faults(), IsEmpty());
  EXPECT_GT(page.families().size(), 35u);
  for (auto& [name, x] : page.families())
    EXPECT_FALSE(x.samples.empty()) << name;
}

TEST(metrics_text, says_what_the_node_says) {
  metrics_page page{to_metrics_text(full_node(), {false, true, false, 7, 20'000}, {})};
  EXPECT_EQ(page.find("tocsin_build_info", {{"version", "1.2.3"}}), 1);
  EXPECT_EQ(page.find("tocsin_ready"), 0);
  EXPECT_EQ(page.find("tocsin_storage_has_room"), 1);
  EXPECT_EQ(page.find("tocsin_storage_writable"), 0);
  EXPECT_EQ(page.find("tocsin_places_taken"), 7);
  EXPECT_EQ(page.find("tocsin_places_limit"), 20'000);
  EXPECT_EQ(page.find("tocsin_deliveries_accepted_total"), 100);
  EXPECT_EQ(page.find("tocsin_deliveries_total", {{"outcome", "delivered"}}), 80);
  EXPECT_EQ(page.find("tocsin_deliveries_total", {{"outcome", "dead_letter"}}), 3);
  EXPECT_EQ(page.find("tocsin_deliveries_total", {{"outcome", "suppressed"}}), 7);
  EXPECT_EQ(page.find("tocsin_channels", {{"type", "slack"}, {"state", "active"}}), 3);
  EXPECT_EQ(page.find("tocsin_channels", {{"type", "slack"}, {"state", "disabled_by_service"}}), 4);
  EXPECT_EQ(page.find("tocsin_attempts_total", {{"type", "email"}, {"outcome", "retried"}}), 20);
  EXPECT_EQ(page.find("tocsin_attempt_duration_seconds_count", {{"type", "email"}}), 6);
  EXPECT_EQ(page.find("tocsin_storage_growth_bytes_per_second", {{"window", "1d"}}), 2);
  EXPECT_FALSE(page.find("tocsin_storage_growth_bytes_per_second", {{"window", "1h"}}));
  EXPECT_EQ(page.find("tocsin_storage_records", {{"database", "deliveries"}}), 5);
  EXPECT_EQ(page.find("tocsin_certificate_expiry_timestamp_seconds",
                      {{"role", "panel"}, {"name", "one"}, {"fingerprint", "sha256:0f"}}),
            1'775'210'400);
  EXPECT_EQ(page.find("tocsin_actor_busy_seconds_total", {{"actor", "tocsin.ingress"}}), 5.5);
  EXPECT_EQ(page.find("process_start_time_seconds"), 1'774'000'000.5);
  auto channel = to_string(channel_id{});
  EXPECT_EQ(page.find("tocsin_channel_info", {{"channel", channel},
                                              {"name", "a \"quoted\\\nname\" \u00fc"},
                                              {"owner", "customer/acme"},
                                              {"type", "slack"}}),
            1);
  EXPECT_EQ(page.find("tocsin_channel_state", {{"channel", channel}, {"state", "failing"}}), 1);
  EXPECT_EQ(page.find("tocsin_channel_state", {{"channel", channel}, {"state", "active"}}), 0);
  EXPECT_EQ(page.find("tocsin_channel_deliveries_pending", {{"channel", channel}}), 4);
}

TEST(metrics_text, says_of_single_channels_and_certificates_only_what_there_is) {
  auto x = full_node();
  x.channels.clear();
  x.certificates.clear();
  auto text = to_metrics_text(x, {}, {});
  EXPECT_THAT(metrics_page{text}.faults(), IsEmpty());
  EXPECT_THAT(text, Not(HasSubstr("tocsin_channel_")));
  EXPECT_THAT(text, Not(HasSubstr("tocsin_certificate_")));
}

TEST(metrics_text, has_a_certificate_that_stands_there_twice_once) {
  auto x = full_node();
  x.certificates = {some_certificate(), some_certificate()};
  EXPECT_THAT(metrics_page{to_metrics_text(x, {}, {})}.faults(), IsEmpty());
}

std::string text_of_file(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

/// The names of metrics in a text.
std::set<std::string> names_in(const std::string& text) {
  static const std::regex name{"\\b(?:tocsin|process)_[a-z_]*[a-z]"};
  return {std::sregex_token_iterator{text.begin(), text.end(), name}, {}};
}

TEST(metrics_text, is_listed_in_the_operators_guide) {
  auto guide = text_of_file(TOCSIN_OPERATORS_GUIDE);
  auto begin = guide.find("## Monitoring with Prometheus");
  auto listed = names_in(guide.substr(begin, guide.find("\n## ", begin) - begin));
  metrics_page page{to_metrics_text(full_node(), {}, {})};
  for (auto& [name, x] : page.families())
    EXPECT_TRUE(listed.contains(name)) << name << " is not listed";
  for (auto& name : listed)
    EXPECT_TRUE(page.families().contains(name)) << name << " does not exist";
  for (auto& name : names_in(text_of_file(TOCSIN_EXAMPLE_ALERTS)))
    EXPECT_TRUE(page.families().contains(name)) << name << " is in the alerts and does not exist";
}

// What the other tests trust.
TEST(metrics_page, blames_what_is_wrong) {
  std::string begin = "# HELP a_total h\n# TYPE a_total counter\n";
  std::string histogram = "# HELP t h\n# TYPE t histogram\n";
  for (auto& text :
       {begin + "a_total 1",
        begin + "a_total\n",
        begin + "a_total x\n",
        begin + "a_total{x} 1\n",
        begin + "a_total{x=\"1} 1\n",
        begin + "a_total{x=\"\\t\"} 1\n",
        begin + "a_total{1=\"x\"} 1\n",
        begin + "a_total{x=\"1\",x=\"1\"} 1\n",
        begin + "a_total{x=\"1\" 1\n",
        begin + "a_total 1\na_total 1\n",
        begin + "a_total -1\n",
        begin + "b_total 1\n",
        begin + begin + "a_total 1\n",
        begin + "\na_total 1\n",
        std::string{"# TYPE a gauge\na 1\n"},
        std::string{"a 1\n"},
        std::string{"# HELP a h\n# TYPE a counter\na 1\n"},
        std::string{"# HELP a_total h\n# TYPE a_total gauge\na_total 1\n"},
        std::string{"# HELP a_ms h\n# TYPE a_ms gauge\na_ms 1\n"},
        std::string{"# HELP a\n# TYPE a gauge\na 1\n"},
        histogram + "t_bucket{le=\"+Inf\"} 1\nt_sum 1\n",
        histogram + "t_bucket{le=\"1\"} 1\nt_sum 1\nt_count 1\n",
        histogram + "t_bucket{le=\"+Inf\"} 1\nt_count 1\n",
        histogram + "t_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 2\n",
        histogram + "t_bucket{le=\"1\"} 2\nt_bucket{le=\"+Inf\"} 1\nt_sum 1\nt_count 1\n",
        histogram
          + "t_bucket{le=\"2\"} 1\nt_bucket{le=\"1\"} 1\nt_bucket{le=\"+Inf\"} 1\n"
            "t_sum 1\nt_count 1\n",
        histogram + "t 1\n"})
    EXPECT_THAT(metrics_page{text}.faults(), Not(IsEmpty())) << text;
  EXPECT_THAT(metrics_page{begin + "a_total{x=\"\\\\\\\"\\n\"} 1e3\na_total 0\n"}.faults(),
              IsEmpty());
}

} // namespace

} // namespace tocsin::http
