#include "storage/records/attempt_record.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/records/dead_letter_record.hpp"
#include "storage/records/due_record.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/upkeep/verify.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace tocsin::storage {

namespace {

using testing::Contains;
using testing::HasSubstr;

class verify_test : public storage_test {
protected:
  verify_test() {
    put_recipient customer;
    customer.value.id = {recipient_kind::customer, "acme"};
    customer.value.display_name = "Acme Corp";
    apply_ok(customer);
    put_preference preference;
    preference.value.recipient = customer.value.id;
    apply_ok(preference);
    channel_ = put_channel_of(customer.value.id, 1);
    auto x = make_event(1, {channel_, channel_});
    x.idempotency_key = "key";
    apply_ok(x);
    event_ = x.id;
    apply_ok(make_attempt(event_, 1, 1, channel_, delivery_state::scheduled));
    auto second = make_event(2, {channel_});
    dead_event_ = second.id;
    apply_ok(second);
    apply_ok(make_attempt(dead_event_, 1, 1, channel_, delivery_state::dead_letter));
    put_token token;
    token.value.digest.fill(7);
    apply_ok(token);
  }

  /// Does `harm` to the sound storage and gives what `verify` says of it.
  std::vector<std::string> problems_after(const std::function<void(write_transaction&)>& harm) {
    auto tx = must(env_->write());
    harm(tx);
    std::vector<std::string> result;
    auto report = must(verify(tx, [&](const std::string& fault) { result.push_back(fault); }));
    EXPECT_EQ(report.faults, result.size());
    return result;
  }

  void expect_problem(database db, byte_view key, const char* text) {
    EXPECT_THAT(problems_after([&](auto& tx) { EXPECT_TRUE(must(tx.erase(db, key))); }),
                Contains(HasSubstr(text)));
  }

  channel_id channel_;
  event_id event_;
  /// Its one delivery is a dead letter.
  event_id dead_event_;
};

TEST_F(verify_test, finds_nothing_wrong_with_what_apply_left) {
  auto report = must(verify(read(), [](const std::string& fault) { ADD_FAILURE() << fault; }));
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.entries, 20u);
}

TEST_F(verify_test, finds_every_missing_record_and_entry) {
  delivery_id first{event_.plus(1)};
  delivery_id second{event_.plus(2)};
  recipient_id acme{recipient_kind::customer, "acme"};
  expect_problem(database::events, as_key(event_), "names an event that is not there");
  expect_problem(database::deliveries, as_key(second), "lacks a delivery that it counts");
  expect_problem(database::deliveries, as_key(first), "names a delivery that is not there");
  expect_problem(database::attempts, attempt_key{first, 1}, "counts an attempt");
  expect_problem(database::due, due_key{channel_, due_class::first_attempt, at_ms(1001), second},
                 "lacks its entry in due");
  expect_problem(database::due, due_key{channel_, due_class::retry, at_ms(9001), first},
                 "says 2 where 1 are owed");
  delivery_id dead{dead_event_.plus(1)};
  expect_problem(database::dead_letters, dead_letter_key{channel_, at_ms(5008), dead},
                 "lacks its entry in dead_letters");
  expect_problem(database::due_counts, as_key(channel_), "lacks its count");
  expect_problem(database::idempotency, "key", "lacks its entry in idempotency");
  expect_problem(database::channels, as_key(channel_), "names a channel that is not called so");
  expect_problem(database::channel_names, channel_name_key(acme, "channel 1"),
                 "lacks its entry in channel_names");
  expect_problem(database::recipients, recipient_key(acme), "has an owner who is not there");
  expect_problem(database::recipients, recipient_key(acme), "belongs to nobody");
  expect_problem(database::customer_names, "Acme Corp", "lacks its entry in customer_names");
  expect_problem(database::tokens, as_key(ulid{}), "names a token of another digest");
  expect_problem(database::token_digests, std::string(32, 7), "lacks its entry in token_digests");
}

TEST_F(verify_test, finds_entries_that_nothing_stands_behind) {
  auto expect_stray = [&](database db, byte_view key, byte_view value, const char* text) {
    EXPECT_THAT(problems_after([&](auto& tx) { must(tx.put(db, key, value)); }),
                Contains(HasSubstr(text)));
  };
  delivery_id second{event_.plus(2)};
  expect_stray(database::due, due_key{channel_, due_class::retry, at_ms(5), second}, "",
               "contradicts its delivery");
  expect_stray(
    database::attempts, attempt_key{second, 1},
    must(read().find(database::attempts, attempt_key{delivery_id{event_.plus(1)}, 1})).value(),
    "has a number that its delivery does not know");
  std::string code;
  delivery_id dead{dead_event_.plus(1)};
  expect_stray(database::dead_letters, dead_letter_key{channel_, at_ms(5009), dead},
               encode_dead_letter(code, "code 1"),
               "contradicts its delivery in channel or instant");
  expect_stray(database::dead_letters, dead_letter_key{channel_, at_ms(5008), dead},
               encode_dead_letter(code, "code 2"), "holds another code");
  expect_stray(database::dead_letters, dead_letter_key{channel_, at_ms(0), second},
               encode_dead_letter(code, ""), "names a delivery that is no dead letter");
  expect_stray(database::dead_letters, dead_letter_key{channel_, at_ms(0), delivery_id{}},
               encode_dead_letter(code, ""), "names a delivery that is not there");
  expect_stray(database::idempotency, "other", as_key(event_), "does not bear it");
  expect_stray(database::channel_names, "xyz", as_key(channel_), "is not called so");
  expect_stray(database::customer_names, "xyz", "acme", "is not called so");
  expect_stray(database::token_digests, "xyz", as_key(ulid{}), "of another digest");
  expect_stray(database::due_counts, as_key(make_ulid(3)), byte_view{"\1\0\0\0\0\0\0\0\0\0", 10},
               "contradicts whether its channel is there");
}

TEST_F(verify_test, goes_on_after_a_record_it_cannot_read) {
  auto problems = problems_after([&](auto& tx) {
    must(tx.put(database::events, as_key(event_), "\x01"));
    must(tx.put(database::tokens, as_key(ulid{}), "\x01"));
  });
  EXPECT_THAT(problems, Contains(HasSubstr("in events ends too early")));
  EXPECT_THAT(problems, Contains(HasSubstr("in tokens ends too early")));
}

} // namespace

} // namespace tocsin::storage
