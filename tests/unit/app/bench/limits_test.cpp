#include "app/bench/limits/commit_count.hpp"
#include "app/bench/limits/record_log.hpp"
#include "app/bench/limits/stages.hpp"
#include "storage/upkeep/open_environment.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <future>
#include <pthread.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace tocsin::bench {

namespace {

using namespace std::chrono_literals;

stage_options brief(std::chrono::milliseconds duration = 100ms) {
  stage_options result;
  result.duration = duration;
  result.connections = 8;
  return result;
}

} // namespace

TEST(record_log, is_as_durable_as_the_storage_of_the_service) {
  temporary_directory ours;
  temporary_directory theirs;
  auto log = record_log::open(ours.path());
  ASSERT_TRUE(log) << log.error().detail;
  auto storage = storage::open_environment({.directory = theirs.path()});
  ASSERT_TRUE(storage) << storage.error().detail;
  EXPECT_EQ(log->flags(), (*storage)->flags());
}

TEST(record_log, keeps_every_record) {
  temporary_directory directory;
  auto log = record_log::open(directory.path());
  ASSERT_TRUE(log) << log.error().detail;
  std::vector<std::string_view> records(300, "record");
  ASSERT_TRUE(log->append(records));
  ASSERT_TRUE(log->append(std::array<std::string_view, 1>{"one more"}));
  EXPECT_EQ(log->size(), 301u);
}

TEST(record_log, says_where_it_cannot_be) {
  auto log = record_log::open("/no/such/directory");
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().detail.find("/no/such/directory"), std::string::npos);
}

TEST(commit_count, is_what_the_metrics_tell) {
  constexpr auto metrics = "# HELP tocsin_storage_commits_total How often.\n"
                           "# TYPE tocsin_storage_commits_total counter\n"
                           "tocsin_storage_commits_total 1234\n"
                           "tocsin_storage_used_bytes 5\n";
  EXPECT_EQ(find_commits(metrics), 1234u);
  EXPECT_EQ(find_commits("# TYPE tocsin_storage_commits_total counter\n"), std::nullopt);
  EXPECT_EQ(find_commits("\ntocsin_storage_commits_total many\n"), std::nullopt);
}

TEST(limits_stages, commit_as_many_records_as_they_count) {
  for (size_t batch : {1, 64}) {
    temporary_directory directory;
    auto limit = measure_commits(directory.path(), batch, brief());
    ASSERT_TRUE(limit) << limit.error().detail;
    EXPECT_GT(limit->records, 0u);
    EXPECT_EQ(limit->records, batch * limit->commits.count());
    EXPECT_GE(limit->elapsed, 100ms);
  }
}

TEST(limits_stages, have_every_request_answered_without_work) {
  auto limit = measure_door(brief());
  ASSERT_TRUE(limit) << limit.error().detail;
  const auto& counts = limit->load.counts;
  EXPECT_GT(counts.accepted, 0u);
  EXPECT_EQ(counts.accepted, counts.offered);
  EXPECT_EQ(limit->load.latencies.accept.count(), counts.accepted);
  EXPECT_GT(limit->cpu, 0ns);
}

TEST(limits_stages, have_every_post_arrive) {
  auto limit = measure_poster(brief());
  ASSERT_TRUE(limit) << limit.error().detail;
  EXPECT_GE(limit->posted, 8u);
  EXPECT_EQ(limit->failed, 0u);
  EXPECT_EQ(limit->arrived, limit->posted);
  EXPECT_GT(limit->cpu, 0ns);
}

TEST(limits_stages, take_large_events_through_the_whole_chain) {
  auto options = brief();
  options.payload.event_bytes = 1 << 20;
  temporary_directory directory;
  auto limit = measure_chain(directory.path(), options);
  ASSERT_TRUE(limit) << limit.error().detail;
  EXPECT_GT(limit->load.counts.delivered, 0u);
  EXPECT_EQ(limit->load.counts.missing, 0u);
}

TEST(limits_stages, commit_and_deliver_what_the_chain_accepts) {
  temporary_directory directory;
  auto limit = measure_chain(directory.path(), brief());
  ASSERT_TRUE(limit) << limit.error().detail;
  const auto& counts = limit->load.counts;
  EXPECT_GT(counts.accepted, 0u);
  EXPECT_EQ(counts.accepted, counts.offered);
  EXPECT_EQ(counts.delivered, counts.offered);
  EXPECT_EQ(counts.duplicates, 0u);
  EXPECT_EQ(limit->use.records, counts.offered);
  EXPECT_EQ(limit->use.posted, counts.offered);
  EXPECT_EQ(limit->use.failed, 0u);
  EXPECT_GT(limit->use.commits, 0u);
  EXPECT_LE(limit->use.commits, limit->use.records);
  EXPECT_GT(limit->use.cpu, 0ns);
}

TEST(bare_poster, counts_what_is_not_taken) {
  uint64_t taken = 0;
  uint64_t refused = 0;
  // Nobody listens there.
  bare_poster poster{"http://127.0.0.1:1/", 2,
                     [&](bare_poster&, bool is_taken) { ++(is_taken ? taken : refused); }};
  poster.submit(std::vector<std::string>(5, "{}"));
  poster.finish();
  EXPECT_EQ(taken, 0u);
  EXPECT_EQ(refused, 5u);
}

TEST(limits_stages, end_at_a_signal) {
  for (auto* is_stopped : {+[] { return measure_poster(brief(1h)).has_error(); },
                           +[] { return measure_door(brief(1h)).has_error(); }}) {
    std::promise<pthread_t> runs_on;
    auto stage = std::async(std::launch::async, [&] {
      runs_on.set_value(::pthread_self());
      return is_stopped();
    });
    auto thread = runs_on.get_future().get();
    // Before it looks for signals, one would end the test.
    ASSERT_TRUE(eventually([] {
      struct sigaction action {};
      ::sigaction(SIGINT, nullptr, &action);
      return action.sa_handler != SIG_DFL;
    }));
    // To its own thread, as in the program: what a handler writes to comes and goes there.
    ::pthread_kill(thread, SIGINT);
    EXPECT_TRUE(stage.get());
  }
}

} // namespace tocsin::bench
