#include "messages/admission.hpp"
#include "tests/integration/channels/loopback_server.hpp"
#include "tests/support/api_client.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/process_memory.hpp"
#include "tests/support/readiness.hpp"
#include "tests/support/service_process.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value_to.hpp>
#include <curl/curl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <lmdb.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace tocsin {

namespace {

using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

/// Keeps the writer of a database waiting, as a disk does that does not answer. Readers go on.
class stuck_writer {
public:
  explicit stuck_writer(const std::string& directory) {
    EXPECT_EQ(mdb_env_create(&env_), 0);
    EXPECT_EQ(mdb_env_open(env_, directory.c_str(), MDB_NOTLS, 0600), 0);
    EXPECT_EQ(mdb_txn_begin(env_, nullptr, 0, &held_), 0);
  }

  stuck_writer(const stuck_writer&) = delete;

  ~stuck_writer() {
    mdb_txn_abort(held_);
    mdb_env_close(env_);
  }

private:
  MDB_env* env_ = nullptr;
  MDB_txn* held_ = nullptr;
};

struct answer {
  long status = 0;
  std::string retry_after;
};

/// A panel's connection to the service, which is kept.
class connection {
public:
  connection(const std::string& base_url, const std::string& token) : url_(base_url) {
    headers_ = curl_slist_append(headers_, "Content-Type: application/json");
    headers_ = curl_slist_append(headers_, ("Authorization: Bearer " + token).c_str());
  }

  connection(const connection&) = delete;

  ~connection() {
    curl_slist_free_all(headers_);
    curl_easy_cleanup(easy_);
  }

  answer post_events(const std::string& body) {
    curl_easy_setopt(easy_, CURLOPT_URL, (url_ + "/api/v1/events").c_str());
    curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(
      easy_, CURLOPT_WRITEFUNCTION,
      +[](char*, size_t size, size_t count, void*) { return size * count; });
    answer result;
    curl_easy_perform(easy_);
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &result.status);
    curl_header* found = nullptr;
    if (curl_easy_header(easy_, "Retry-After", 0, CURLH_HEADER, -1, &found) == CURLHE_OK)
      result.retry_after = found->value;
    return result;
  }

private:
  std::string url_;
  CURL* easy_ = curl_easy_init();
  curl_slist* headers_ = nullptr;
};

class overload : public testing::Test {
protected:
  static constexpr int max_waiting = 2000;

  /// What each panel sends at once.
  struct load {
    int panels = 0;
    int events = 0;
    size_t details_bytes = 0;
  };

  overload() {
    service.start();
    api_client api{service.url(), service.token()};
    auto made = api.post("/channels", fmt::format(R"({{"name":"hook","type":"webhook","settings":)"
                                                  R"({{"url":"{}"}}}})",
                                                  receiver.url("/")));
    EXPECT_EQ(made.status, 201);
  }

  std::string new_batch(const load& x, std::vector<std::string>& ids) {
    std::string result = "[";
    for (int i = 0; i < x.events; ++i) {
      ids.push_back(fmt::format("e{}", ++last_id));
      result
        += fmt::format(R"({}{{"event":"deploy.failure","message":"{}","id":"{}","details":{}}})",
                       i == 0 ? "" : ",", std::string(1000, 'm'), ids.back(), details_of(x));
    }
    return result + "]";
  }

  static std::string details_of(const load& x) {
    return fmt::format(R"({{"log":"{}"}})", std::string(x.details_bytes, 'd'));
  }

  /// Sends one batch after the other, and does as a refusal says only so far as not to burn the
  /// processor.
  void press(const load& x) {
    connection to{service.url(), service.token()};
    while (!done) {
      std::vector<std::string> ids;
      auto is_stuck = stuck.load();
      auto reply = to.post_events(new_batch(x, ids));
      std::unique_lock guard{mutex};
      if (is_stuck)
        sent_while_stuck.insert(ids.begin(), ids.end());
      if (reply.status == 202) {
        acknowledged.insert(ids.begin(), ids.end());
        continue;
      }
      EXPECT_EQ(reply.status, 429);
      EXPECT_EQ(reply.retry_after, "1");
      ++refused;
      guard.unlock();
      std::this_thread::sleep_for(20ms);
    }
  }

  struct share {
    size_t events = 0;
    uint64_t mebibytes = 0;
  };

  /// What waits for a disk that hangs while `x` comes in again and again. Afterwards `enough`
  /// events are acknowledged, and all of these arrive.
  share hang_the_disk(const load& x, size_t enough);

  channels::reply_plan take(const channels::received_request& x) {
    std::lock_guard guard{mutex};
    arrived.insert(boost::json::value_to<std::string>(boost::json::parse(x.body).at("id")));
    return {channels::http_reply("200 OK", "")};
  }

  std::mutex mutex;
  std::set<std::string> sent_while_stuck;
  std::set<std::string> acknowledged;
  std::set<std::string> arrived;
  uint64_t refused = 0;
  std::atomic<uint64_t> last_id{0};
  std::atomic<bool> stuck{false};
  std::atomic<bool> done{false};
  channels::loopback_server receiver{
    [this](const channels::received_request& x) { return take(x); }};
  service_process service{{fmt::format("server.max_waiting_events={}", max_waiting)}};
};

overload::share overload::hang_the_disk(const load& x, size_t enough) {
  // Longer than a sender waits: those who give up and come again find the queue as full as before.
  constexpr auto hang = 14s;
  auto before = memory_of(service.pid()).anonymous;
  auto most = before;
  auto hanging = std::make_unique<stuck_writer>(service.data_dir());
  stuck = true;
  std::vector<std::thread> threads;
  for (int i = 0; i < x.panels; ++i)
    threads.emplace_back([this, x] { press(x); });
  auto end = clock::now() + hang;
  while (clock::now() < end) {
    most = std::max(most, memory_of(service.pid()).anonymous);
    std::this_thread::sleep_for(50ms);
  }
  api_client api{service.url(), service.token()};
  EXPECT_EQ(api.get("/events").status, 200) << "readers waited for the writer";
  EXPECT_EQ(status_of_readiness(service.url()), 503) << "nobody is told that the disk hangs";
  EXPECT_TRUE(acknowledged.empty());
  EXPECT_GT(refused, static_cast<uint64_t>(x.panels));
  stuck = false;
  hanging.reset();
  EXPECT_TRUE(eventually(
    [&] {
      std::lock_guard guard{mutex};
      return acknowledged.size() >= enough;
    },
    120s))
    << "nothing is taken after the disk came back";
  EXPECT_TRUE(eventually([&] { return status_of_readiness(service.url()) == 200; }));
  done = true;
  for (auto& thread : threads)
    thread.join();
  EXPECT_TRUE(eventually(
    [&] {
      std::lock_guard guard{mutex};
      return std::includes(arrived.begin(), arrived.end(), acknowledged.begin(),
                           acknowledged.end());
    },
    120s));
  std::lock_guard guard{mutex};
  // What was let in while the disk hung is stored and delivered, though its senders do not know.
  size_t let_in = 0;
  for (auto& id : sent_while_stuck)
    let_in += !acknowledged.contains(id) && arrived.contains(id);
  std::cout << fmt::format("{} requests refused; {} events waited for the disk, with {} MiB; "
                           "{} events acknowledged afterwards\n",
                           refused, let_in, most - before, acknowledged.size());
  EXPECT_EQ(service.stop(), 0);
  return {let_in, most - before};
}

TEST_F(overload, by_a_disk_that_hangs_is_answered_429_and_takes_no_more_than_its_share_of_memory) {
  // Twice as many as may wait.
  load small{8, 500, 1};
  auto waited = hang_the_disk(small, max_waiting);
  EXPECT_LE(waited.events, static_cast<size_t>(max_waiting));
  EXPECT_LT(waited.mebibytes, 64u);
}

TEST_F(overload, by_large_events_takes_no_more_memory_than_by_small_ones) {
  // Nearly twice as much as may wait, in a sixteenth as many events as may.
  load large{24, 5, size_t{120} << 10};
  auto waited = hang_the_disk(large, 120);
  EXPECT_LE(waited.events * large.details_bytes, max_waiting * bytes_per_place);
  EXPECT_LT(waited.mebibytes, 96u);
}

} // namespace

} // namespace tocsin
