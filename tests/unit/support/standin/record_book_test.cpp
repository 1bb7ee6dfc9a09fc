#include "tests/support/standin/record_book.hpp"
#include "tests/support/standin/script_book.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace tocsin::standin {
namespace {

using namespace std::chrono_literals;

record from(provider whose, std::string body = {}) {
  record entry;
  entry.from = whose;
  entry.body = std::move(body);
  return entry;
}

record_book::clock::time_point in(std::chrono::milliseconds wait) {
  return record_book::clock::now() + wait;
}

TEST(record_book, keeps_the_newest_and_counts_all) {
  record_book book{3};
  for (int i = 0; i < 5; ++i)
    book.add(ruling::accepted, from(provider::slack, std::to_string(i)));
  book.add(ruling::refused, from(provider::email));
  auto kept = book.list(ruling::accepted, provider::slack, 0, 100);
  ASSERT_EQ(kept.size(), 3u);
  EXPECT_EQ(kept[0].body, "2");
  EXPECT_EQ(kept[0].sequence, 3u);
  EXPECT_EQ(book.counts().accepted[0], 5u);
  EXPECT_EQ(book.counts().newest, 6u);
  EXPECT_EQ(book.list(ruling::refused, {}, 0, 100).size(), 1u);
}

TEST(record_book, lists_by_provider_and_after_a_sequence) {
  record_book book{10};
  book.add(ruling::accepted, from(provider::slack));
  book.add(ruling::accepted, from(provider::email));
  book.add(ruling::accepted, from(provider::slack));
  EXPECT_EQ(book.list(ruling::accepted, provider::slack, 1, 100).size(), 1u);
  EXPECT_EQ(book.list(ruling::accepted, {}, 0, 2).size(), 2u);
  EXPECT_TRUE(book.list(ruling::accepted, {}, 3, 100).empty());
}

TEST(record_book, waits_for_a_count_until_the_deadline) {
  record_book book{10};
  book.add(ruling::accepted, from(provider::slack));
  book.add(ruling::accepted, from(provider::slack));
  EXPECT_TRUE(book.wait_for_count(ruling::accepted, provider::slack, 2, in(0ms)));
  EXPECT_FALSE(book.wait_for_count(ruling::accepted, provider::email, 1, in(1ms)));
}

TEST(record_book, wakes_who_waits_for_a_record) {
  record_book book{10};
  book.add(ruling::accepted, from(provider::slack, "a"));
  std::promise<void> waiting;
  // The predicate runs under the book's lock, so the record is added only once the waiter sleeps.
  std::thread adder{[&] {
    waiting.get_future().wait();
    book.add(ruling::accepted, from(provider::slack, "b"));
  }};
  auto deadline = in(10s);
  auto found = book.wait_for(
    ruling::accepted,
    [&](const record& r) {
      if (r.body == "a")
        waiting.set_value();
      return r.body == "b";
    },
    deadline);
  EXPECT_LT(record_book::clock::now(), deadline);
  adder.join();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->sequence, 2u);
}

TEST(record_book, gives_up_on_a_record_at_the_deadline) {
  record_book book{10};
  book.add(ruling::accepted, from(provider::slack, "a"));
  EXPECT_FALSE(book.wait_for(
    ruling::accepted, [](const record& r) { return r.body == "c"; }, in(1ms)));
}

TEST(record_book, goes_on_counting_sequences_after_a_clear) {
  record_book book{10};
  book.add(ruling::accepted, from(provider::slack));
  book.clear();
  EXPECT_EQ(book.counts().accepted[0], 0u);
  EXPECT_EQ(book.add(ruling::accepted, from(provider::slack)), 2u);
}

TEST(script_book, prefers_the_exact_endpoint_and_counts_down) {
  script_book book;
  book.add("webhook", http_answer(500).repeated(0));
  book.add("webhook/a", http_answer(501).repeated(2));
  auto take = [&](std::string_view name) {
    auto script = book.take("webhook", name, "body");
    return script ? script->status : 0;
  };
  EXPECT_EQ(take("a"), 501);
  EXPECT_EQ(take("b"), 500);
  EXPECT_EQ(take("a"), 501);
  EXPECT_EQ(take("a"), 500);
  EXPECT_EQ(take("a"), 500);
  book.clear();
  EXPECT_EQ(take("a"), 0);
}

TEST(script_book, skips_replies_that_do_not_match) {
  script_book book;
  book.add("slack", http_answer(500).matching("deploy"));
  book.add("slack", http_answer(501));
  EXPECT_EQ(book.take("slack", "B1", "quota")->status, 501);
  EXPECT_FALSE(book.take("slack", "B1", "quota"));
  EXPECT_EQ(book.take("slack", "B1", "a deploy failed")->status, 500);
}

} // namespace
} // namespace tocsin::standin
