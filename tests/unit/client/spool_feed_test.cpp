#include "client/spool_feed.hpp"
#include "link/wire.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace tocsin::client {

namespace {

using namespace std::chrono_literals;

/// A feed whose node is the test.
class spool_feed_test : public testing::Test {
protected:
  /// Stores `count` entries, each with details of `size` bytes.
  void store(size_t count, size_t size) {
    event x;
    x.details = "{\"x\":\"" + std::string(size, 'x') + "\"}";
    auto payload = link::to_wire(submit_events{{x}, ""});
    std::vector<std::string_view> payloads(count, payload);
    ASSERT_EQ(spool_->append(payloads).value(), count);
  }

  /// The numbers of the entries that are sent now.
  std::vector<uint64_t> sent() {
    std::vector<uint64_t> result;
    EXPECT_TRUE(feed_.send_waiting([&](const question& x) { result.push_back(x.number); }));
    return result;
  }

  temporary_directory directory_;
  std::shared_ptr<spool> spool_
    = spool::open({directory_.path() / "spool", 64 << 20, {}, {}}).value();
  steady_time now_{};
  spool_feed feed_{spool_, [](const submit_events&, const failure&) {}, [this] { return now_; }};
};

TEST_F(spool_feed_test, tries_a_single_entry_once_a_node_has_taken_none) {
  store(5, 10);
  auto all = sent();
  ASSERT_EQ(all.size(), 5u);
  EXPECT_FALSE(feed_.is_behind());
  EXPECT_TRUE(feed_.hold(all[0]));
  for (size_t i = 1; i < all.size(); ++i)
    EXPECT_FALSE(feed_.hold(all[i]));
  EXPECT_TRUE(sent().empty());
  // What comes now queues up behind them.
  EXPECT_TRUE(feed_.is_behind());
  // As with a new connection, perhaps to another node.
  feed_.repeat_all();
  EXPECT_EQ(sent(), std::vector<uint64_t>{all[0]});
  EXPECT_TRUE(sent().empty());
  EXPECT_FALSE(feed_.is_due());
  feed_.accept(all[0]);
  EXPECT_EQ(sent(), (std::vector<uint64_t>{all[1], all[2], all[3], all[4]}));
  EXPECT_FALSE(feed_.is_behind());
}

TEST_F(spool_feed_test, tries_another_entry_where_the_one_it_tried_is_at_fault) {
  store(2, 10);
  auto all = sent();
  for (auto x : all)
    feed_.hold(x);
  feed_.repeat_all();
  ASSERT_EQ(sent(), std::vector<uint64_t>{all[0]});
  feed_.refuse(all[0], fail(errc::invalid_argument, "it is the event's fault"));
  EXPECT_TRUE(feed_.is_due());
  EXPECT_EQ(sent(), std::vector<uint64_t>{all[1]});
}

TEST_F(spool_feed_test, reads_no_others_while_very_many_rest) {
  store(3000, 10'000);
  std::set<uint64_t> seen;
  for (auto now = sent(); !now.empty(); now = sent())
    for (auto x : now) {
      EXPECT_TRUE(feed_.rest(x));
      seen.insert(x);
    }
  EXPECT_GE(seen.size(), 1000u);
  EXPECT_LE(seen.size(), 1250u);
  EXPECT_TRUE(feed_.is_behind());
  // They are tried again, and make room for others once they are taken.
  feed_.repeat_all();
  for (auto now = sent(); seen.size() < 3000; now = sent()) {
    ASSERT_FALSE(now.empty());
    for (auto x : now) {
      feed_.accept(x);
      seen.insert(x);
    }
  }
}

TEST_F(spool_feed_test, sends_what_can_be_read_and_tries_the_rest_again_by_itself) {
  store(1, 100);
  store(1, 200);
  auto replace = [this](char from, char to) {
    auto path = directory_.path() / "spool" / "spool.mdb";
    std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
    std::string content{std::istreambuf_iterator<char>{file}, {}};
    file.clear();
    auto at = content.find(std::string(200, from));
    ASSERT_NE(at, std::string::npos);
    file.seekp(static_cast<std::streamoff>(at));
    file << std::string(200, to);
  };
  replace('x', 'y');
  EXPECT_EQ(sent().size(), 1u);
  EXPECT_FALSE(feed_.send_waiting([](const question&) { FAIL() << "it cannot be read"; }));
  EXPECT_FALSE(feed_.is_due());
  replace('y', 'x');
  now_ += 1s;
  EXPECT_TRUE(feed_.is_due());
  EXPECT_EQ(sent().size(), 1u);
  EXPECT_FALSE(feed_.is_due());
}

TEST_F(spool_feed_test, settles_what_is_refused_whatever_the_listener_throws) {
  spool_feed feed{spool_, [](const submit_events&, const failure&) {
                    throw std::runtime_error("the log is full");
                  }};
  store(1, 10);
  uint64_t number = 0;
  EXPECT_TRUE(feed.send_waiting([&](const question& x) { number = x.number; }));
  feed.refuse(number, fail(errc::invalid_argument, "no such type"));
  EXPECT_TRUE(feed.has_settled());
}

TEST_F(spool_feed_test, tries_a_failing_disk_ever_less_often_and_tells_of_it_once) {
  store(1000, 10);
  for (auto x : sent())
    feed_.accept(x);
  disk_shim::fail(directory_.path(), disk_shim::call::write, 0);
  EXPECT_FALSE(feed_.flush());
  auto failures = disk_shim::failures();
  for (int i = 0; i < 100; ++i)
    EXPECT_TRUE(feed_.flush());
  EXPECT_EQ(disk_shim::failures(), failures);
  EXPECT_TRUE(feed_.has_settled());
  // After each pause the next failure is nothing new, and makes the next pause twice as long.
  for (auto pause : {1s, 2s}) {
    now_ += pause - 1ms;
    EXPECT_TRUE(feed_.flush());
    EXPECT_EQ(disk_shim::failures(), failures);
    now_ += 1ms;
    EXPECT_TRUE(feed_.flush());
    EXPECT_EQ(disk_shim::failures(), ++failures);
  }
  disk_shim::heal();
  now_ += 4s;
  EXPECT_TRUE(feed_.flush());
  EXPECT_FALSE(feed_.has_settled());
  EXPECT_TRUE(spool_->read_after(0, 1)->empty());
}

/// What is told to be taken must survive the loss of power.
TEST_F(spool_feed_test, puts_nothing_that_cannot_be_flushed) {
  window::entry x{{1, link::frame_kind::submit,
                   link::to_wire(uint64_t{1}) + link::to_wire(submit_events{{event{}}, ""})},
                  window::clock::now()};
  disk_shim::fail(directory_.path(), disk_shim::call::sync, 0);
  auto stored = feed_.put({x});
  disk_shim::heal();
  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, errc::storage_io);
  EXPECT_EQ(feed_.put({x}).value(), 1u);
  EXPECT_EQ(sent().size(), 1u);
}

} // namespace

} // namespace tocsin::client
