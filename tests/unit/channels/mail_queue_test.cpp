#include "channels/transport/mail_queue.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <set>
#include <utility>

namespace tocsin::channels {

namespace {

class idle_sink : public transport::sink {
public:
  using sink::sink;
  void completed(std::vector<transport::completion>) override {}
};

smtp_server server_of(const std::string& host, uint16_t port = 587,
                      mail_encryption encryption = mail_encryption::starttls) {
  smtp_server result;
  result.host = host;
  result.port = port;
  result.encryption = encryption;
  return result;
}

mail_job mail_to(smtp_server server, const std::string& owner) {
  mail_job result;
  result.to = std::make_shared<idle_sink>(owner);
  result.value.server = std::make_shared<smtp_server>(std::move(server));
  return result;
}

void push_of(mail_queue& queue, const std::string& owner, const std::string& host, int count) {
  for (int i = 0; i < count; ++i)
    queue.push(mail_to(server_of(host), owner));
}

/// Each host has an owner of its own, of the same name.
void push(mail_queue& queue, const std::string& host, int count) {
  push_of(queue, host, host, count);
}

void finish(mail_queue& queue, const std::string& host, bool was_prompt) {
  queue.finish(host, server_of(host), was_prompt);
}

std::chrono::nanoseconds thread_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds{used.tv_sec} + std::chrono::nanoseconds{used.tv_nsec};
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
  finish(queue, host, true);
}

TEST(mail_queue, gives_one_thread_to_a_new_server_and_a_share_to_one_that_answers) {
  mail_queue queue{16, 4};
  push(queue, "a", 10);
  EXPECT_TRUE(queue.has_next());
  EXPECT_EQ(take_all(queue).size(), 1u);
  finish(queue, "a", true);
  EXPECT_TRUE(queue.has_next());
  EXPECT_EQ(take_all(queue).size(), 4u);
  EXPECT_FALSE(queue.has_next());
}

TEST(mail_queue, keeps_the_last_threads_from_servers_that_stalled) {
  mail_queue queue{16, 4};
  make_known(queue, "good");
  for (int i = 0; i < 30; ++i)
    push(queue, "stalled" + std::to_string(i), 2);
  EXPECT_TRUE(queue.has_next());
  auto first = take_all(queue);
  EXPECT_EQ(first.size(), 12u);
  push(queue, "good", 10);
  EXPECT_EQ(take_all(queue), (std::multiset<std::string>{"good", "good", "good", "good"}));
  for (auto& host : first)
    finish(queue, host, false);
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
    finish(queue, "a", false);
  EXPECT_EQ(take_all(queue).size(), 1u);
}

TEST(mail_queue, goes_on_with_a_single_thread) {
  mail_queue queue{1, 4};
  push(queue, "a", 2);
  EXPECT_EQ(take_all(queue).size(), 1u);
  finish(queue, "a", false);
  EXPECT_EQ(take_all(queue).size(), 1u);
}

TEST(mail_queue, lets_nobody_wait_for_those_who_have_the_wrong_port_or_encryption) {
  for (auto& wrong : {server_of("relay", 465), server_of("relay", 587, mail_encryption::tls)}) {
    mail_queue queue{16, 4};
    make_known(queue, "relay");
    for (int i = 0; i < 4; ++i)
      queue.push(mail_to(wrong, "one"));
    EXPECT_TRUE(queue.has_next());
    EXPECT_EQ(take_all(queue).size(), 1u);
    queue.finish("one", wrong, false);
    EXPECT_EQ(take_all(queue).size(), 1u);
    push(queue, "relay", 5);
    EXPECT_TRUE(queue.has_next());
    EXPECT_EQ(take_all(queue).size(), 4u);
  }
}

TEST(mail_queue, bounds_what_one_owner_has_under_way_to_many_ports_of_a_host) {
  mail_queue queue{16, 4};
  make_known(queue, "relay");
  for (uint16_t port = 2500; port < 2510; ++port)
    queue.push(mail_to(server_of("relay", port), "one"));
  EXPECT_EQ(take_all(queue).size(), 3u);
}

TEST(mail_queue, remembers_a_bounded_number_of_servers_and_all_with_mails) {
  mail_queue queue{16, 4};
  push(queue, "busy", 2);
  EXPECT_EQ(take_all(queue).size(), 1u);
  for (size_t i = 0; i < 3 * mail_queue::most_remembered; ++i)
    make_known(queue, "host" + std::to_string(i));
  EXPECT_LE(queue.servers(), mail_queue::most_remembered);
  finish(queue, "busy", true);
  EXPECT_EQ(take_all(queue), std::multiset<std::string>{"busy"});
}

TEST(mail_queue, leaves_most_of_the_threads_for_new_servers_to_other_owners) {
  mail_queue queue{16, 4};
  for (int i = 0; i < 100; ++i)
    push_of(queue, "one", "stalled" + std::to_string(i), 2);
  EXPECT_TRUE(queue.has_next());
  auto first = take_all(queue);
  EXPECT_EQ(first.size(), 3u);
  push_of(queue, "other", "new", 1);
  EXPECT_TRUE(queue.has_next());
  EXPECT_EQ(take_all(queue), std::multiset<std::string>{"new"});
  for (auto& host : first)
    queue.finish("one", server_of(host), false);
  EXPECT_TRUE(queue.has_next());
  EXPECT_EQ(take_all(queue).size(), 3u);
}

TEST(mail_queue, leaves_a_thread_to_another_owner_where_there_are_three) {
  for (size_t threads : {3, 4}) {
    mail_queue queue{threads, 4};
    for (int i = 0; i < 10; ++i)
      push_of(queue, "one", "stalled" + std::to_string(i), 1);
    EXPECT_EQ(take_all(queue).size(), 2u);
    push_of(queue, "other", "new", 1);
    EXPECT_EQ(take_all(queue), std::multiset<std::string>{"new"}) << threads;
  }
}

TEST(mail_queue, lets_admins_have_all_threads_there_are_for_new_servers) {
  mail_queue queue{16, 4};
  for (int i = 0; i < 20; ++i)
    push_of(queue, "admin/ops", "slow" + std::to_string(i), 1);
  EXPECT_EQ(take_all(queue).size(), 12u);
}

TEST(mail_queue, leaves_half_of_the_threads_to_others_by_one_whose_servers_are_prompt) {
  mail_queue queue{16, 4};
  for (auto host : {"a", "b", "c", "d"})
    make_known(queue, host);
  for (auto host : {"a", "b", "c", "d"})
    push_of(queue, "customer/one", host, 4);
  EXPECT_EQ(take_all(queue).size(), 8u);
  push_of(queue, "customer/other", "new", 1);
  EXPECT_EQ(take_all(queue), std::multiset<std::string>{"new"});
  queue.finish("customer/one", server_of("a"), true);
  EXPECT_EQ(take_all(queue).size(), 1u);
}

TEST(mail_queue, gives_turns_to_owners_and_not_to_their_hosts) {
  mail_queue queue{16, 4};
  for (auto host : {"a", "b", "c", "d"})
    make_known(queue, host);
  for (auto host : {"a", "b", "c"})
    push_of(queue, "one", host, 4);
  push_of(queue, "other", "d", 2);
  std::string hosts;
  for (int i = 0; i < 6; ++i)
    hosts += queue.take()->value.server->host;
  EXPECT_EQ(hosts, "adbdca");
}

TEST(mail_queue, counts_a_server_once_for_all_its_owners) {
  mail_queue queue{16, 4};
  for (auto owner : {"one", "two", "three"})
    push_of(queue, owner, "new", 1);
  EXPECT_TRUE(queue.has_next());
  EXPECT_EQ(take_all(queue).size(), 1u);
  queue.finish("one", server_of("new"), true);
  EXPECT_TRUE(queue.has_next());
  EXPECT_EQ(take_all(queue).size(), 2u);
}

/// The processor time of asking again and again what goes next while `owners` wait for a relay
/// that has all the mails it may have.
std::chrono::nanoseconds time_to_ask(int owners) {
  mail_queue queue{16, 4};
  make_known(queue, "relay");
  for (int i = 0; i < owners; ++i)
    push_of(queue, "customer/" + std::to_string(i), "relay", 1);
  EXPECT_EQ(take_all(queue).size(), 4u);
  auto begin = thread_time();
  for (int i = 0; i < 2000; ++i)
    EXPECT_FALSE(queue.has_next() || queue.take());
  return thread_time() - begin;
}

TEST(mail_queue, asks_no_owner_while_their_server_has_all_it_may) {
  // 20 times as many owners would take 20 times as long.
  EXPECT_LT(time_to_ask(2000), 5 * time_to_ask(100));
}

TEST(mail_queue, gives_everything_back_when_it_is_drained) {
  mail_queue queue{16, 4};
  push(queue, "a", 3);
  push(queue, "b", 2);
  EXPECT_EQ(queue.drain().size(), 5u);
  EXPECT_FALSE(queue.has_next());
  EXPECT_FALSE(queue.take());
}

TEST(mail_queue, gives_back_what_one_channel_has_waiting_and_nothing_of_its_owners_others) {
  mail_queue queue{16, 4};
  auto mail = mail_to(server_of("a"), "one");
  auto leaving = mail.to;
  for (uint64_t cookie : {1, 2, 3})
    queue.push({leaving, cookie, mail.value});
  push_of(queue, "one", "a", 1);
  EXPECT_TRUE(queue.take());
  EXPECT_EQ(queue.withdraw(*leaving), (std::vector<uint64_t>{2, 3}));
  EXPECT_TRUE(queue.withdraw(*leaving).empty());
  EXPECT_FALSE(queue.has_next()) << "one is under way";
  queue.finish("one", server_of("a"), false);
  auto next = queue.take();
  ASSERT_TRUE(next);
  EXPECT_NE(next->to, leaving);
  queue.finish("one", server_of("a"), false);
  EXPECT_FALSE(queue.take());
  EXPECT_EQ(queue.servers(), 0u);
}

TEST(mail_queue, forgets_whose_mails_were_all_given_back) {
  mail_queue queue{16, 4};
  auto mail = mail_to(server_of("a"), "one");
  queue.push(mail);
  EXPECT_EQ(queue.withdraw(*mail.to).size(), 1u);
  EXPECT_EQ(queue.servers(), 0u);
  push_of(queue, "one", "a", 1);
  EXPECT_EQ(take_all(queue).size(), 1u);
  EXPECT_FALSE(queue.has_next());
}

} // namespace

} // namespace tocsin::channels
