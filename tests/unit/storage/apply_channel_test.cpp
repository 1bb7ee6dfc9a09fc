#include "messages/object_limits.hpp"
#include "storage/engine/codec.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class channel_commands_test : public storage_test {
protected:
  channel_commands_test() : ops_(put_admin("ops")) {}

  put_channel make_channel(uint32_t n, const std::string& name) {
    put_channel x;
    x.value.id = channel_id{make_ulid(n, 200)};
    x.value.owner = ops_;
    x.value.name = name;
    x.value.type = channel_type::slack;
    x.value.settings = "in clear";
    x.sealed_settings = "sealed";
    return x;
  }

  std::optional<stored_channel> find(const channel_id& id) {
    return must(channel_repository{read()}.find(id));
  }

  recipient_id ops_;
};

TEST_F(channel_commands_test, a_new_channel_has_revision_one_and_is_found) {
  auto x = make_channel(1, "mail");
  EXPECT_EQ(apply_ok(x).revision, 1u);
  auto stored = find(x.value.id).value();
  EXPECT_EQ(stored.value.revision, 1u);
  EXPECT_EQ(stored.value.settings, "");
  EXPECT_EQ(stored.sealed_settings, "sealed");
  EXPECT_EQ(must(channel_repository{read()}.find_by_name(ops_, "mail")), x.value.id);
  expect_sound();
}

TEST_F(channel_commands_test, a_change_needs_the_revision_that_is_stored) {
  auto x = make_channel(1, "mail");
  apply_ok(x);
  EXPECT_EQ(code_of(apply_one(x)), errc::already_exists);
  x.expected_revision = 2;
  EXPECT_EQ(code_of(apply_one(x)), errc::revision_mismatch);
  x.expected_revision = 1;
  x.value.name = "post";
  EXPECT_EQ(apply_ok(x).revision, 2u);
  EXPECT_EQ(code_of(apply_one(x)), errc::revision_mismatch);
  EXPECT_EQ(must(channel_repository{read()}.find_by_name(ops_, "mail")), std::nullopt);
  EXPECT_EQ(must(channel_repository{read()}.find_by_name(ops_, "post")), x.value.id);
  auto missing = make_channel(2, "other");
  missing.expected_revision = 1;
  EXPECT_EQ(code_of(apply_one(missing)), errc::not_found);
  expect_sound();
}

TEST_F(channel_commands_test, names_are_unique_per_owner) {
  apply_ok(make_channel(1, "mail"));
  EXPECT_EQ(code_of(apply_one(make_channel(2, "mail"))), errc::already_exists);
  EXPECT_EQ(find(channel_id{make_ulid(2, 200)}), std::nullopt);
  auto other = make_channel(3, "mail");
  other.value.owner = put_admin("op");
  EXPECT_TRUE(apply_one(other));
  auto renamed = make_channel(4, "chat");
  apply_ok(renamed);
  renamed.value.name = "mail";
  renamed.expected_revision = 1;
  EXPECT_EQ(code_of(apply_one(renamed)), errc::already_exists);
  expect_sound();
}

TEST_F(channel_commands_test, what_makes_no_channel_is_refused) {
  auto x = make_channel(1, "mail");
  x.value.owner = {recipient_kind::admin, "nobody"};
  auto refused = apply_one(x);
  ASSERT_EQ(code_of(refused), errc::invalid_argument);
  EXPECT_EQ(refused.error().fields.at(0).pointer, "/owner");
  EXPECT_EQ(code_of(apply_one(make_channel(1, ""))), errc::invalid_argument);
  EXPECT_EQ(code_of(apply_one(make_channel(1, std::string(101, 'x')))), errc::invalid_argument);
  EXPECT_TRUE(apply_one(make_channel(1, std::string(100, 'x'))));
  auto other_type = make_channel(1, "mail");
  other_type.expected_revision = 1;
  other_type.value.type = channel_type::email;
  EXPECT_EQ(code_of(apply_one(other_type)), errc::invalid_argument);
  auto other_owner = make_channel(1, "mail");
  other_owner.expected_revision = 1;
  other_owner.value.owner = put_admin("other");
  EXPECT_EQ(code_of(apply_one(other_owner)), errc::invalid_argument);
  expect_sound();
}

TEST_F(channel_commands_test, a_customer_has_so_many_channels_at_most_and_an_admin_any_number) {
  recipient_id acme{recipient_kind::customer, "acme"};
  recipient customer;
  customer.id = acme;
  customer.display_name = "Acme";
  apply_ok(put_recipient{customer, 0});
  auto make = [&](uint32_t n, const recipient_id& owner) {
    auto x = make_channel(n, "channel " + std::to_string(n));
    x.value.owner = owner;
    return x;
  };
  for (uint32_t n = 1; n <= max_channels_of_customer; ++n) {
    apply_ok(make(n, acme));
    apply_ok(make(1000 + n, ops_));
  }
  auto refused = apply_one(make(500, acme));
  ASSERT_EQ(code_of(refused), errc::invalid_argument);
  EXPECT_EQ(refused.error().fields.at(0).pointer, "/owner");
  EXPECT_EQ(refused.error().fields.at(0).code, "too_many");
  EXPECT_TRUE(apply_one(make(2000, ops_)));
  // Those that are there can be changed all the same, and one that goes makes room.
  auto changed = make(7, acme);
  changed.expected_revision = 1;
  changed.value.enabled = false;
  EXPECT_TRUE(apply_one(changed));
  apply_ok(remove_channel{make(8, acme).value.id, {}});
  EXPECT_TRUE(apply_one(make(500, acme)));
  expect_sound();
}

TEST_F(channel_commands_test, a_removed_channel_is_gone_and_its_name_is_free) {
  auto x = make_channel(1, "mail");
  apply_ok(x);
  EXPECT_EQ(code_of(apply_one(remove_channel{x.value.id, 2})), errc::revision_mismatch);
  apply_ok(remove_channel{x.value.id, 1});
  EXPECT_EQ(find(x.value.id), std::nullopt);
  EXPECT_EQ(code_of(apply_one(remove_channel{x.value.id, {}})), errc::not_found);
  EXPECT_TRUE(apply_one(make_channel(2, "mail")));
  expect_sound();
}

TEST_F(channel_commands_test, what_a_removed_channel_owes_is_cancelled_step_by_step) {
  auto x = make_channel(1, "mail");
  apply_ok(x);
  EXPECT_EQ(code_of(apply_one(cancel_due{x.value.id, at_ms(1), 1})), errc::invalid_argument);
  std::vector<event_id> events;
  for (uint32_t n = 1; n <= 5; ++n) {
    auto event = make_event(n, {x.value.id});
    apply_ok(event);
    events.push_back(event.id);
  }
  apply_ok(make_attempt(events[0], 1, 1, x.value.id, delivery_state::scheduled));
  apply_ok(remove_channel{x.value.id, {}});
  expect_sound();
  // Its id stays taken until nothing is owed.
  EXPECT_EQ(code_of(apply_one(x)), errc::already_exists);
  // One that was on its way still comes to its end; another goes back to wait.
  apply_ok(make_attempt(events[1], 1, 1, x.value.id, delivery_state::delivered));
  apply_ok(make_attempt(events[2], 1, 1, x.value.id, delivery_state::scheduled));
  expect_sound();
  EXPECT_EQ(apply_ok(cancel_due{x.value.id, at_ms(777), 3}).affected, 3u);
  expect_sound();
  EXPECT_EQ(apply_ok(cancel_due{x.value.id, at_ms(777), 3}).affected, 1u);
  EXPECT_EQ(apply_ok(cancel_due{x.value.id, at_ms(777), 3}).affected, 0u);
  auto tx = read();
  for (auto& id : events) {
    auto y = must(delivery_repository{tx}.find(delivery_id{id.plus(1)})).value();
    if (id == events[1]) {
      EXPECT_EQ(y.state, delivery_state::delivered);
    } else {
      EXPECT_EQ(y.state, delivery_state::cancelled);
      EXPECT_EQ(y.finished_at, at_ms(777));
    }
  }
  EXPECT_TRUE(must(due_repository{tx}.channels_with_due()).empty());
  EXPECT_TRUE(apply_one(x));
  expect_sound();
}

TEST_F(channel_commands_test, an_attempt_that_ends_after_its_channel_is_removed_is_stored) {
  auto x = make_channel(1, "mail");
  apply_ok(x);
  auto event = make_event(1, {x.value.id});
  apply_ok(event);
  apply_ok(remove_channel{x.value.id, {}});
  EXPECT_EQ(apply_ok(cancel_due{x.value.id, at_ms(777), 3}).affected, 1u);
  auto late = make_attempt(event.id, 1, 1, x.value.id, delivery_state::delivered);
  EXPECT_EQ(apply_ok(late).affected, 1u);
  EXPECT_TRUE(apply_ok(late).duplicate);
  auto tx = read();
  delivery_repository deliveries{tx};
  delivery_id id{event.id.plus(1)};
  auto y = must(deliveries.find(id)).value();
  EXPECT_EQ(y.state, delivery_state::cancelled);
  EXPECT_EQ(y.finished_at, at_ms(777));
  EXPECT_EQ(y.attempts, 1);
  EXPECT_EQ(y.last_code, late.value.result.code);
  EXPECT_EQ(must(deliveries.attempts(id)).size(), 1u);
  expect_sound();
}

TEST_F(channel_commands_test, what_cannot_be_read_keeps_nothing_else_of_a_removed_channel_owed) {
  auto x = make_channel(1, "mail");
  apply_ok(x);
  std::vector<delivery_id> owed;
  for (uint32_t n = 1; n <= 4; ++n) {
    auto event = make_event(n, {x.value.id});
    apply_ok(event);
    owed.emplace_back(event.id.plus(1));
  }
  apply_ok(remove_channel{x.value.id, {}});
  auto tx = must(env_->write());
  must(tx.put(database::deliveries, as_key(owed[0]), "\xff"));
  must(tx.erase(database::deliveries, as_key(owed[1])));
  must(tx.commit());
  EXPECT_EQ(apply_ok(cancel_due{x.value.id, at_ms(777), 3}).affected, 2u);
  EXPECT_EQ(apply_ok(cancel_due{x.value.id, at_ms(777), 3}).affected, 0u);
  for (auto i : {2u, 3u})
    EXPECT_EQ(must(delivery_repository{read()}.find(owed[i])).value().state,
              delivery_state::cancelled);
}

TEST_F(channel_commands_test, channels_are_listed_by_age_or_by_owner) {
  auto other = put_admin("op");
  for (uint32_t n = 1; n <= 6; ++n) {
    auto x = make_channel(n, "name " + std::to_string(9 - n));
    if (n % 2 == 0)
      x.value.owner = other;
    apply_ok(x);
  }
  auto tx = read();
  channel_repository channels{tx};
  EXPECT_EQ(must(channels.all()).size(), 6u);
  auto owned = must(channels.of_owner(ops_));
  ASSERT_EQ(owned.size(), 3u);
  EXPECT_EQ(owned[0].value.name, "name 4");
  auto collect = [&](const std::optional<recipient_id>& owner) {
    std::vector<std::string> names;
    page_request request{2, ""};
    do {
      auto part = must(channels.list(owner, request));
      for (auto& x : part.entries)
        names.push_back(x.value.name);
      request.cursor = part.next_cursor;
    } while (!request.cursor.empty());
    return names;
  };
  using names = std::vector<std::string>;
  EXPECT_EQ(collect({}), (names{"name 8", "name 7", "name 6", "name 5", "name 4", "name 3"}));
  EXPECT_EQ(collect(ops_), (names{"name 4", "name 6", "name 8"}));
  EXPECT_EQ(collect(other), (names{"name 3", "name 5", "name 7"}));
  EXPECT_EQ(code_of(channels.list({}, {2, "nonsense"})), errc::invalid_argument);
  EXPECT_EQ(code_of(channels.list(ops_, {2, "nonsense"})), errc::invalid_argument);
}

TEST_F(channel_commands_test, a_channel_that_cannot_be_read_hides_no_other) {
  for (uint32_t n = 1; n <= 4; ++n)
    apply_ok(make_channel(n, "name " + std::to_string(n)));
  auto tx = must(env_->write());
  must(tx.put(database::channels, as_key(make_ulid(2, 200)), "\xff"));
  must(tx.commit());
  auto after = read();
  channel_repository channels{after};
  EXPECT_EQ(must(channels.of_owner(ops_)).size(), 3u);
  for (const auto& owner : {std::optional<recipient_id>{}, std::optional{ops_}}) {
    auto first = must(channels.list(owner, {2, ""}));
    ASSERT_EQ(first.entries.size(), 2u);
    EXPECT_EQ(first.entries[1].value.name, "name 3");
    auto rest = must(channels.list(owner, {2, first.next_cursor}));
    ASSERT_EQ(rest.entries.size(), 1u);
    EXPECT_EQ(rest.entries[0].value.name, "name 4");
  }
}

TEST_F(channel_commands_test, what_a_channel_owes_is_counted_where_its_count_cannot_be_read) {
  auto channel = put_channel_of(ops_, 1);
  apply_ok(make_event(1, {channel, channel}));
  auto tx = must(env_->write());
  must(tx.put(database::due_counts, as_key(channel), "\xff"));
  must(tx.commit());
  std::vector<std::string> faults;
  auto after = read();
  due_repository due{after, [&](const std::string& fault) { faults.push_back(fault); }};
  EXPECT_EQ(must(due.count_pending(channel)), 2u);
  EXPECT_EQ(faults.size(), 1u);
}

} // namespace

} // namespace tocsin::storage
