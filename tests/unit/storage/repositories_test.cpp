#include "storage/engine/codec.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class repositories_test : public storage_test {
protected:
  repositories_test() {
    auto ops = put_admin("ops");
    for (uint32_t n = 1; n <= 3; ++n)
      channels_.push_back(put_channel_of(ops, n));
  }

  delivery_id accept(uint32_t n, size_t channel, const std::string& type = "deploy.failure") {
    auto x = make_event(n, {channels_[channel]});
    x.value.type = type;
    apply_ok(x);
    return delivery_id{x.id.plus(1)};
  }

  void retry(uint32_t n, size_t channel) {
    apply_ok(make_attempt(event_id{make_ulid(n * 100)}, 1, 1, channels_[channel],
                          delivery_state::scheduled));
  }

  std::vector<channel_id> channels_;
};

using due_repository_test = repositories_test;
using delivery_list_test = repositories_test;

TEST_F(due_repository_test, gives_what_is_due_in_order_and_nothing_else) {
  auto first = accept(1, 0);
  auto second = accept(2, 0);
  auto third = accept(3, 0);
  accept(4, 1);
  auto tx = read();
  due_repository due{tx};
  auto ids = [&](int64_t now, uint32_t limit, const due_repository::id_sieve& skips = {}) {
    std::vector<delivery_id> result;
    for (auto& x : must(due.next(channels_[0], due_class::first_attempt, at_ms(now), limit, skips)))
      result.push_back(x.delivery);
    return result;
  };
  auto is_first = [&](const delivery_id& id) { return id == first; };
  using list = std::vector<delivery_id>;
  EXPECT_EQ(ids(1000, 9), list{});
  EXPECT_EQ(ids(1002, 9), (list{first, second}));
  EXPECT_EQ(ids(9999, 9), (list{first, second, third}));
  EXPECT_EQ(ids(9999, 2), (list{first, second}));
  EXPECT_EQ(ids(9999, 2, is_first), (list{second, third}));
  EXPECT_EQ(ids(9999, 0), list{});
}

TEST_F(due_repository_test, retries_stand_apart_from_first_attempts) {
  accept(1, 0);
  auto second = accept(2, 0);
  retry(1, 0);
  auto tx = read();
  due_repository due{tx};
  auto first_attempts = must(due.next(channels_[0], due_class::first_attempt, at_ms(1 << 30), 9));
  ASSERT_EQ(first_attempts.size(), 1u);
  EXPECT_EQ(first_attempts[0].delivery, second);
  EXPECT_EQ(must(due.next(channels_[0], due_class::retry, at_ms(1 << 30), 9)).size(), 1u);
  EXPECT_EQ(must(due.first_due(channels_[0], due_class::retry)), at_ms(9001));
  EXPECT_EQ(must(due.first_due(channels_[0], due_class::first_attempt)), at_ms(1002));
  auto is_second = [&](const delivery_id& id) { return id == second; };
  EXPECT_EQ(must(due.first_due(channels_[0], due_class::first_attempt, is_second)), std::nullopt);
  EXPECT_EQ(must(due.first_due(channels_[1], due_class::retry)), std::nullopt);
  EXPECT_EQ(must(due.count_pending(channels_[0])), 2u);
}

TEST_F(due_repository_test, names_every_channel_that_owes_anything) {
  EXPECT_TRUE(must(due_repository{read()}.channels_with_due()).empty());
  accept(1, 2);
  accept(2, 0);
  accept(3, 0);
  retry(2, 0);
  EXPECT_EQ(must(due_repository{read()}.channels_with_due()),
            (std::vector{channels_[0], channels_[2]}));
  EXPECT_EQ(must(due_repository{read()}.count_pending(channels_[1])), 0u);
}

TEST_F(due_repository_test, can_be_asked_within_a_write_transaction) {
  auto tx = must(env_->write());
  must(apply(tx, make_event(1, {channels_[0]})));
  EXPECT_EQ(must(due_repository{tx}.count_pending(channels_[0])), 1u);
  EXPECT_EQ(
    must(due_repository{tx}.next(channels_[0], due_class::first_attempt, at_ms(9999), 9)).size(),
    1u);
}

TEST_F(delivery_list_test, shows_what_the_filters_let_through_newest_first) {
  auto a = accept(1, 0);
  auto b = accept(2, 1, "ssl.expiring");
  auto c = accept(3, 0, "ssl.expiring");
  auto d = accept(4, 0);
  retry(4, 0);
  auto tx = read();
  auto ids = [&](const delivery_filter& filter) {
    std::vector<delivery_id> result;
    for (auto& x : must(delivery_repository{tx}.list(filter, {50, ""})).entries)
      result.push_back(x.id);
    return result;
  };
  using list = std::vector<delivery_id>;
  EXPECT_EQ(ids({}), (list{d, c, b, a}));
  EXPECT_EQ(ids({.channel = channels_[0]}), (list{d, c, a}));
  EXPECT_EQ(ids({.state = delivery_state::scheduled}), list{d});
  EXPECT_EQ(ids({.event_type = "ssl.expiring"}), (list{c, b}));
  EXPECT_EQ(
    ids({.channel = channels_[0], .state = delivery_state::pending, .event_type = "ssl.expiring"}),
    list{c});
  EXPECT_EQ(must(delivery_repository{tx}.list({}, {1, ""})).entries[0].last_code, "code 1");
}

TEST_F(delivery_list_test, pages_are_short_where_few_pass_and_yet_reach_the_end) {
  for (uint32_t n = 1; n <= 20; ++n)
    accept(n, n % 10 == 0 ? 1 : 0);
  auto tx = read();
  page_request request{2, ""};
  std::vector<delivery> seen;
  int pages = 0;
  do {
    auto part = must(delivery_repository{tx}.list({.channel = channels_[1]}, request, 3));
    for (auto& x : part.entries)
      seen.push_back(x);
    request.cursor = part.next_cursor;
    ++pages;
  } while (!request.cursor.empty());
  EXPECT_EQ(pages, 7);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].id, delivery_id{make_ulid(2001)});
  EXPECT_EQ(seen[1].id, delivery_id{make_ulid(1001)});
}

TEST_F(delivery_list_test, leaves_out_what_cannot_be_read) {
  std::vector<delivery_id> ids;
  for (uint32_t n = 1; n <= 4; ++n)
    ids.push_back(accept(n, 0));
  retry(2, 0);
  auto tx = must(env_->write());
  must(tx.put(database::events, as_key(make_ulid(100)), "\xff"));
  must(tx.put(database::attempts, attempt_key{ids[1], 1}, "\xff"));
  must(tx.put(database::deliveries, as_key(ids[2]), "\xff"));
  must(tx.commit());
  auto list = [&](const delivery_filter& filter) {
    std::vector<delivery_id> result;
    page_request request{1, ""};
    do {
      auto part = must(delivery_repository{read()}.list(filter, request));
      for (auto& x : part.entries)
        result.push_back(x.id);
      request.cursor = part.next_cursor;
    } while (!request.cursor.empty());
    return result;
  };
  EXPECT_EQ(list({}), (std::vector{ids[3], ids[0]}));
  delivery_filter by_type;
  by_type.event_type = "deploy.failure";
  EXPECT_EQ(list(by_type), (std::vector{ids[3]}));
}

TEST_F(delivery_list_test, an_event_has_the_deliveries_that_can_be_read) {
  auto x = make_event(1, {channels_[0], channels_[1], channels_[2]});
  apply_ok(x);
  auto tx = must(env_->write());
  must(tx.put(database::deliveries, as_key(x.id.plus(2)), "\xff"));
  must(tx.commit());
  auto event = *must(event_repository{read()}.find(x.id));
  auto left = must(delivery_repository{read()}.of_event(event));
  ASSERT_EQ(left.size(), 2u);
  EXPECT_EQ(left[0].id, delivery_id{x.id.plus(1)});
  EXPECT_EQ(left[1].id, delivery_id{x.id.plus(3)});
  auto again = must(env_->write());
  must(again.erase(database::deliveries, as_key(x.id.plus(3))));
  must(again.commit());
  EXPECT_EQ(code_of(delivery_repository{read()}.of_event(event)), errc::storage_corrupt);
}

TEST_F(delivery_list_test, an_event_that_cannot_be_read_hides_no_other) {
  for (uint32_t n = 1; n <= 3; ++n)
    accept(n, 0);
  auto tx = must(env_->write());
  must(tx.put(database::events, as_key(make_ulid(200)), "\xff"));
  must(tx.commit());
  std::vector<event_id> seen;
  page_request request{1, ""};
  do {
    auto part = must(event_repository{read()}.list(request));
    for (auto& x : part.entries)
      seen.push_back(x.id);
    request.cursor = part.next_cursor;
  } while (!request.cursor.empty());
  EXPECT_EQ(seen, (std::vector{event_id{make_ulid(300)}, event_id{make_ulid(100)}}));
}

TEST_F(delivery_list_test, a_page_that_ends_with_the_list_has_no_next_one) {
  accept(1, 0);
  accept(2, 0);
  auto tx = read();
  EXPECT_EQ(must(delivery_repository{tx}.list({}, {2, ""})).next_cursor, "");
  EXPECT_EQ(must(delivery_repository{tx}.list({}, {2, ""}, 2)).next_cursor, "");
  EXPECT_EQ(code_of(delivery_repository{tx}.list({}, {2, "nonsense"})), errc::invalid_argument);
}

TEST_F(repositories_test, a_page_of_long_events_ends_early_and_the_next_one_goes_on) {
  for (uint32_t n = 1; n <= 10; ++n) {
    auto x = make_event(n, {channels_[0]});
    x.value.details = "{\"log\":\"" + std::string(128 * 1024, 'x') + "\"}";
    apply_ok(x);
  }
  auto tx = read();
  auto first = must(event_repository{tx}.list({250, ""}));
  EXPECT_EQ(first.entries.size(), 8u);
  auto rest = must(event_repository{tx}.list({250, first.next_cursor}));
  ASSERT_EQ(rest.entries.size(), 2u);
  EXPECT_EQ(rest.entries[0].id, event_id{make_ulid(200)});
  EXPECT_EQ(rest.next_cursor, "");
}

} // namespace

} // namespace tocsin::storage
