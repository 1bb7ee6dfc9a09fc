#include "policy/idempotency_key.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class accept_event_test : public storage_test {
protected:
  accept_event_test() {
    auto ops = put_admin("ops");
    mail_ = put_channel_of(ops, 1);
    chat_ = put_channel_of(ops, 2);
  }

  uint64_t owed(const channel_id& channel) {
    return must(due_repository{read()}.count_pending(channel));
  }

  accepted_event stored(const event_id& id) {
    return must(event_repository{read()}.find(id)).value();
  }

  channel_id mail_;
  channel_id chat_;
};

TEST_F(accept_event_test, stores_the_event_and_its_deliveries_in_order) {
  auto x = make_event(1, {mail_, chat_, mail_});
  x.deliveries[2].destination = "a@b";
  x.deliveries[1].reason = suppression::quiet_hours;
  x.unreached = {{{recipient_kind::customer, "acme"}, suppression::no_channel}};
  auto result = apply_ok(x);
  EXPECT_EQ(result.event, x.id);
  EXPECT_EQ(result.deliveries, 3u);
  EXPECT_FALSE(result.duplicate);
  auto tx = read();
  auto event = must(event_repository{tx}.find(x.id)).value();
  EXPECT_EQ(event.value, x.value);
  EXPECT_EQ(event.accepted_at, x.accepted_at);
  ASSERT_EQ(event.unreached.size(), 1u);
  auto deliveries = must(delivery_repository{tx}.of_event(event));
  ASSERT_EQ(deliveries.size(), 3u);
  for (uint32_t i = 0; i < 3; ++i) {
    EXPECT_EQ(deliveries[i].id, delivery_id{x.id.plus(i + 1)});
    EXPECT_EQ(deliveries[i].event, x.id);
    EXPECT_EQ(deliveries[i].channel, x.deliveries[i].channel);
    EXPECT_EQ(deliveries[i].created_at, x.accepted_at);
    EXPECT_EQ(deliveries[i].attempts, 0);
  }
  EXPECT_EQ(deliveries[0].state, delivery_state::pending);
  EXPECT_EQ(deliveries[0].due_at, x.accepted_at);
  EXPECT_EQ(deliveries[1].state, delivery_state::suppressed);
  EXPECT_EQ(deliveries[1].reason, suppression::quiet_hours);
  EXPECT_EQ(deliveries[1].finished_at, x.accepted_at);
  EXPECT_EQ(deliveries[2].destination, "a@b");
  EXPECT_EQ(owed(mail_), 2u);
  EXPECT_EQ(owed(chat_), 0u);
  expect_sound();
}

TEST_F(accept_event_test, an_event_without_deliveries_is_stored) {
  auto x = make_event(1, {});
  EXPECT_EQ(apply_ok(x).deliveries, 0u);
  EXPECT_EQ(stored(x.id).deliveries, 0u);
}

TEST_F(accept_event_test, the_same_event_under_a_known_key_answers_as_the_first_time) {
  auto first = make_event(1, {mail_});
  first.idempotency_key = "key";
  apply_ok(first);
  auto again = make_event(2, {mail_, chat_});
  again.idempotency_key = "key";
  again.value = first.value;
  again.value.timestamp = "another time";
  auto result = apply_ok(again);
  EXPECT_TRUE(result.duplicate);
  EXPECT_EQ(result.event, first.id);
  EXPECT_EQ(result.deliveries, 1u);
  EXPECT_EQ(must(event_repository{read()}.find(again.id)), std::nullopt);
  EXPECT_EQ(owed(mail_), 1u);
  EXPECT_EQ(owed(chat_), 0u);
}

TEST_F(accept_event_test, another_event_under_a_known_key_is_refused) {
  auto first = make_event(1, {mail_});
  first.idempotency_key = "key";
  apply_ok(first);
  for (auto member :
       {&event::type, &event::service, &event::customer, &event::message, &event::details}) {
    auto other = make_event(2, {mail_});
    other.idempotency_key = "key";
    other.value = first.value;
    other.value.*member += "x";
    EXPECT_EQ(code_of(apply_one(other)), errc::idempotency_conflict);
  }
  EXPECT_EQ(owed(mail_), 1u);
  expect_sound();
}

TEST_F(accept_event_test, a_senders_id_makes_sending_again_safe_too) {
  auto first = make_event(1, {mail_});
  first.value.id = "order-7";
  first.idempotency_key = "key";
  apply_ok(first);
  auto by_id = first;
  by_id.id = event_id{make_ulid(200)};
  by_id.idempotency_key.clear();
  EXPECT_TRUE(apply_ok(by_id).duplicate);
  auto by_key = by_id;
  by_key.idempotency_key = "key";
  by_key.value.id.clear();
  EXPECT_TRUE(apply_ok(by_key).duplicate);
  auto other_id = by_key;
  other_id.value.id = "order-8";
  EXPECT_EQ(code_of(apply_one(other_id)), errc::idempotency_conflict);
}

TEST_F(accept_event_test, an_id_that_finds_nothing_later_is_not_taken_for_a_known_event) {
  auto first = make_event(1, {mail_});
  first.idempotency_key = "key";
  apply_ok(first);
  auto named = make_event(2, {mail_});
  named.value = first.value;
  named.value.id = "order-7";
  named.idempotency_key = "key";
  EXPECT_EQ(code_of(apply_one(named)), errc::idempotency_conflict);
  named.value.id = "key";
  EXPECT_EQ(code_of(apply_one(named)), errc::idempotency_conflict);
  named.idempotency_key.clear();
  EXPECT_EQ(code_of(apply_one(named)), errc::idempotency_conflict);
  // The one that its receipt gave is known, with the key and without.
  named.value.id = to_string(first.id);
  EXPECT_TRUE(apply_ok(named).duplicate);
  named.idempotency_key = "key";
  EXPECT_TRUE(apply_ok(named).duplicate);
  expect_sound();
}

TEST_F(accept_event_test, an_id_and_a_key_of_two_events_are_refused_together) {
  auto first = make_event(1, {});
  first.value.id = "order-7";
  apply_ok(first);
  auto second = make_event(2, {});
  second.idempotency_key = "key";
  second.value = first.value;
  second.value.id.clear();
  apply_ok(second);
  auto both = make_event(3, {});
  both.value = first.value;
  both.idempotency_key = "key";
  EXPECT_EQ(code_of(apply_one(both)), errc::idempotency_conflict);
}

TEST_F(accept_event_test, a_key_of_a_request_of_another_length_is_refused) {
  auto send = [this](uint32_t from, size_t count) {
    auto refusal = std::optional<errc>{};
    for (size_t i = 0; i < count && !refusal; ++i) {
      auto x = make_event(from + static_cast<uint32_t>(i), {});
      x.value.message = "part " + std::to_string(i);
      x.idempotency_key = policy::idempotency_key("k", i, count);
      if (auto applied = apply_one(x); !applied)
        refusal = applied.error().code;
    }
    return refusal;
  };
  EXPECT_EQ(send(1, 3), std::nullopt);
  EXPECT_EQ(send(10, 3), std::nullopt);
  EXPECT_EQ(send(20, 1), errc::idempotency_conflict);
  EXPECT_EQ(send(30, 2), errc::idempotency_conflict);
  EXPECT_EQ(send(40, 4), errc::idempotency_conflict);
}

TEST_F(accept_event_test, an_id_that_is_another_events_own_names_that_event) {
  auto first = make_event(1, {});
  apply_ok(first);
  auto again = make_event(2, {});
  again.value = first.value;
  again.value.id = to_string(first.id);
  auto result = apply_ok(again);
  EXPECT_TRUE(result.duplicate);
  EXPECT_EQ(result.event, first.id);
  auto another = make_event(3, {});
  another.value.id = to_string(first.id);
  EXPECT_EQ(code_of(apply_one(another)), errc::idempotency_conflict);
  auto named = make_event(4, {});
  named.value.id = "order-7";
  apply_ok(named);
  auto crossed = make_event(5, {});
  crossed.value = named.value;
  crossed.value.id = to_string(named.id);
  EXPECT_EQ(code_of(apply_one(crossed)), errc::idempotency_conflict);
  EXPECT_EQ(must(event_repository{read()}.find_public(to_string(first.id))).value().id, first.id);
}

TEST_F(accept_event_test, an_event_is_found_by_its_public_id) {
  auto named = make_event(1, {});
  named.value.id = "order-7";
  named.idempotency_key = "key";
  apply_ok(named);
  auto unnamed = make_event(2, {});
  apply_ok(unnamed);
  auto tx = read();
  event_repository events{tx};
  EXPECT_EQ(must(events.find_public("order-7")).value().id, named.id);
  EXPECT_EQ(must(events.find_public(to_string(unnamed.id))).value().id, unnamed.id);
  EXPECT_EQ(must(events.find_public("key")), std::nullopt);
  EXPECT_EQ(must(events.find_public("")), std::nullopt);
  EXPECT_EQ(must(events.find_public(std::string(9000, 'x'))), std::nullopt);
  EXPECT_EQ(must(events.find_by_key("key")).value().id, named.id);
  EXPECT_EQ(public_id(must(events.find(named.id)).value()), "order-7");
  EXPECT_EQ(public_id(must(events.find(unnamed.id)).value()), to_string(unnamed.id));
}

TEST_F(accept_event_test, a_key_that_fits_into_no_index_is_refused) {
  auto x = make_event(1, {mail_});
  x.idempotency_key = std::string(481, 'x');
  EXPECT_EQ(code_of(apply_one(x)), errc::invalid_argument);
  x.idempotency_key = std::string(480, 'x');
  x.value.id = std::string(481, 'y');
  EXPECT_EQ(code_of(apply_one(x)), errc::invalid_argument);
  x.value.id.clear();
  EXPECT_TRUE(apply_one(x));
}

TEST_F(accept_event_test, an_id_that_does_not_rise_is_stored_all_the_same) {
  apply_ok(make_event(5, {mail_}));
  auto earlier = make_event(3, {mail_, chat_});
  apply_ok(earlier);
  apply_ok(make_event(6, {chat_}));
  EXPECT_EQ(must(delivery_repository{read()}.of_event(stored(earlier.id))).size(), 2u);
  EXPECT_EQ(owed(mail_), 2u);
  expect_sound();
}

TEST_F(accept_event_test, a_taken_id_is_refused_and_changes_nothing) {
  auto first = make_event(1, {mail_, mail_, mail_});
  apply_ok(first);
  auto same = make_event(1, {chat_});
  EXPECT_EQ(code_of(apply_one(same)), errc::already_exists);
  // These ids rise, but one of them is that of a delivery of the first event.
  auto tx = must(env_->write());
  auto inside = make_event(1, {chat_});
  inside.id = event_id{first.id.plus(1)};
  inside.idempotency_key = "key";
  EXPECT_EQ(code_of(apply(tx, inside)), errc::already_exists);
  // These do not, nor do they rise.
  must(apply(tx, make_event(9, {mail_})));
  EXPECT_EQ(code_of(apply(tx, inside)), errc::already_exists);
  must(tx.commit());
  EXPECT_EQ(must(event_repository{read()}.find(inside.id)), std::nullopt);
  EXPECT_EQ(must(event_repository{read()}.find_by_key("key")), std::nullopt);
  EXPECT_EQ(owed(mail_), 4u);
  EXPECT_EQ(owed(chat_), 0u);
  expect_sound();
}

TEST_F(accept_event_test, a_delivery_through_a_removed_channel_is_cancelled) {
  apply_ok(remove_channel{chat_, {}});
  auto x = make_event(1, {mail_, chat_});
  apply_ok(x);
  auto deliveries = must(delivery_repository{read()}.of_event(stored(x.id)));
  EXPECT_EQ(deliveries[0].state, delivery_state::pending);
  EXPECT_EQ(deliveries[1].state, delivery_state::cancelled);
  EXPECT_EQ(deliveries[1].finished_at, x.accepted_at);
  EXPECT_EQ(owed(chat_), 0u);
  expect_sound();
}

TEST_F(accept_event_test, events_are_listed_newest_first_page_by_page) {
  for (uint32_t n = 1; n <= 7; ++n)
    apply_ok(make_event(n, {}));
  auto tx = read();
  event_repository events{tx};
  page_request request{3, ""};
  std::vector<event_id> seen;
  for (int pages = 0; pages < 3; ++pages) {
    auto part = must(events.list(request));
    for (auto& x : part.entries)
      seen.push_back(x.id);
    request.cursor = part.next_cursor;
  }
  EXPECT_EQ(request.cursor, "");
  ASSERT_EQ(seen.size(), 7u);
  for (uint32_t n = 0; n < 7; ++n)
    EXPECT_EQ(seen[n], event_id{make_ulid((7 - n) * 100)});
  EXPECT_EQ(code_of(events.list({3, "nonsense"})), errc::invalid_argument);
}

} // namespace

} // namespace tocsin::storage
