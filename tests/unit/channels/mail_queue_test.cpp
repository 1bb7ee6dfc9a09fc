#include "channels/mail_queue.hpp"

#include <gtest/gtest.h>

#include <set>

namespace tocsin::channels {

namespace {

mail_job mail_to(const std::string& host, uint16_t port = 587) {
  auto server = std::make_shared<smtp_server>();
  server->host = host;
  server->port = port;
  mail_job result;
  result.value.server = server;
  return result;
}

void push(mail_queue& queue, const std::string& host, int count) {
  for (int i = 0; i < count; ++i)
    queue.push(mail_to(host));
}

/// Takes all that may go now, and tells to whom.
std::multiset<std::string> take_all(mail_queue& queue) {
  std::multiset<std::string> result;
  while (auto x = queue.take())
    result.insert(x->value.server->host);
  return result;
}

void make_known(mail_queue& queue, const std::string& host) {
  push(queue, host, 1);
  queue.take();
  queue.finish(host, true);
}

TEST(mail_queue, gives_one_thread_to_a_new_server_and_a_share_to_one_that_answers) {
  mail_queue queue{16, 4};
  push(queue, "a", 10);
  EXPECT_EQ(queue.ready(), 1u);
  EXPECT_EQ(take_all(queue).size(), 1u);
  queue.finish("a", true);
  EXPECT_EQ(queue.ready(), 4u);
  EXPECT_EQ(take_all(queue).size(), 4u);
  EXPECT_EQ(queue.ready(), 0u);
}

TEST(mail_queue, keeps_the_last_threads_from_servers_that_stalled) {
  mail_queue queue{16, 4};
  make_known(queue, "good");
  for (int i = 0; i < 30; ++i)
    push(queue, "stalled" + std::to_string(i), 2);
  EXPECT_EQ(queue.ready(), 12u);
  auto first = take_all(queue);
  EXPECT_EQ(first.size(), 12u);
  push(queue, "good", 10);
  EXPECT_EQ(take_all(queue), (std::multiset<std::string>{"good", "good", "good", "good"}));
  for (auto& host : first)
    queue.finish(host, false);
  // They take turns: those that had none yet come first.
  auto second = take_all(queue);
  EXPECT_EQ(second.size(), 12u);
  for (auto& host : second)
    EXPECT_FALSE(first.contains(host)) << host;
}

TEST(mail_queue, trusts_a_server_no_longer_once_it_stalls) {
  mail_queue queue{16, 4};
  make_known(queue, "a");
  push(queue, "a", 10);
  EXPECT_EQ(take_all(queue).size(), 4u);
  for (int i = 0; i < 4; ++i)
    queue.finish("a", false);
  EXPECT_EQ(take_all(queue).size(), 1u);
}

TEST(mail_queue, goes_on_with_a_single_thread) {
  mail_queue queue{1, 4};
  push(queue, "a", 2);
  EXPECT_EQ(take_all(queue).size(), 1u);
  queue.finish("a", false);
  EXPECT_EQ(take_all(queue).size(), 1u);
}

TEST(mail_queue, counts_all_ports_of_a_host_together) {
  mail_queue queue{16, 4};
  make_known(queue, "a");
  for (uint16_t port = 2500; port < 2510; ++port)
    queue.push(mail_to("a", port));
  EXPECT_EQ(take_all(queue).size(), 4u);
}

TEST(mail_queue, remembers_a_bounded_number_of_servers_and_all_with_mails) {
  mail_queue queue{16, 4};
  push(queue, "busy", 2);
  EXPECT_EQ(take_all(queue).size(), 1u);
  for (size_t i = 0; i < 3 * mail_queue::most_remembered; ++i)
    make_known(queue, "host" + std::to_string(i));
  EXPECT_LE(queue.servers(), mail_queue::most_remembered);
  queue.finish("busy", true);
  EXPECT_EQ(take_all(queue), std::multiset<std::string>{"busy"});
}

TEST(mail_queue, gives_everything_back_when_it_is_drained) {
  mail_queue queue{16, 4};
  push(queue, "a", 3);
  push(queue, "b", 2);
  EXPECT_EQ(queue.drain().size(), 5u);
  EXPECT_EQ(queue.ready(), 0u);
  EXPECT_FALSE(queue.take());
}

} // namespace

} // namespace tocsin::channels
