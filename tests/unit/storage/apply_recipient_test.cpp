#include "storage/repositories/recipient_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

class recipient_commands_test : public storage_test {
protected:
  put_recipient customer(const std::string& name, const std::string& display_name,
                         uint64_t revision = 0) {
    put_recipient x;
    x.value.id = {recipient_kind::customer, name};
    x.value.display_name = display_name;
    x.expected_revision = revision;
    return x;
  }

  std::string customer_named(const std::string& name) {
    auto x = must(recipient_repository{read()}.find_customer(name));
    return x ? x->id.name : "";
  }
};

TEST_F(recipient_commands_test, a_customer_is_found_by_id_and_by_display_name) {
  EXPECT_EQ(apply_ok(customer("acme", "Acme Corp")).revision, 1u);
  EXPECT_EQ(customer_named("acme"), "acme");
  EXPECT_EQ(customer_named("Acme Corp"), "acme");
  EXPECT_EQ(customer_named("acme corp"), "");
  EXPECT_EQ(customer_named(""), "");
  EXPECT_EQ(apply_ok(customer("acme", "Acme Inc", 1)).revision, 2u);
  EXPECT_EQ(customer_named("Acme Corp"), "");
  EXPECT_EQ(customer_named("Acme Inc"), "acme");
  expect_sound();
}

TEST_F(recipient_commands_test, long_display_names_are_found_too) {
  auto name = std::string(800, 'x');
  apply_ok(customer("acme", name));
  EXPECT_EQ(customer_named(name), "acme");
  EXPECT_EQ(customer_named(name + "x"), "");
  expect_sound();
}

TEST_F(recipient_commands_test, names_of_customers_never_mean_two) {
  apply_ok(customer("acme", "Acme Corp"));
  EXPECT_EQ(code_of(apply_one(customer("other", "Acme Corp"))), errc::already_exists);
  EXPECT_EQ(code_of(apply_one(customer("other", "acme"))), errc::already_exists);
  apply_ok(customer("second", "third"));
  EXPECT_EQ(code_of(apply_one(customer("third", "Third"))), errc::already_exists);
  EXPECT_TRUE(apply_one(customer("self", "self")));
  // Admins are named by nothing but their id.
  put_recipient admin;
  admin.value.id = {recipient_kind::admin, "acme"};
  admin.value.display_name = "Acme Corp";
  EXPECT_TRUE(apply_one(admin));
  EXPECT_EQ(customer_named("Acme Corp"), "acme");
  expect_sound();
}

TEST_F(recipient_commands_test, a_change_needs_the_revision_that_is_stored) {
  EXPECT_EQ(code_of(apply_one(customer("acme", "", 1))), errc::not_found);
  apply_ok(customer("acme", ""));
  EXPECT_EQ(code_of(apply_one(customer("acme", ""))), errc::already_exists);
  EXPECT_EQ(code_of(apply_one(customer("acme", "", 2))), errc::revision_mismatch);
  EXPECT_EQ(code_of(apply_one(customer("not a name", ""))), errc::invalid_argument);
  expect_sound();
}

TEST_F(recipient_commands_test, a_recipient_that_owns_channels_stays) {
  auto ops = put_admin("ops");
  auto channel = put_channel_of(ops, 1);
  EXPECT_EQ(code_of(apply_one(remove_recipient{ops, {}})), errc::already_exists);
  apply_ok(remove_channel{channel, {}});
  EXPECT_TRUE(apply_one(remove_recipient{ops, {}}));
  expect_sound();
}

TEST_F(recipient_commands_test, a_removed_recipient_leaves_nothing_behind) {
  apply_ok(customer("acme", "Acme Corp"));
  put_preference preference;
  preference.value.recipient = {recipient_kind::customer, "acme"};
  apply_ok(preference);
  EXPECT_EQ(code_of(apply_one(remove_recipient{preference.value.recipient, 2})),
            errc::revision_mismatch);
  apply_ok(remove_recipient{preference.value.recipient, 1});
  EXPECT_EQ(code_of(apply_one(remove_recipient{preference.value.recipient, {}})), errc::not_found);
  EXPECT_EQ(customer_named("acme"), "");
  EXPECT_EQ(must(recipient_repository{read()}.find_preference(preference.value.recipient)),
            std::nullopt);
  EXPECT_TRUE(apply_one(customer("other", "Acme Corp")));
  expect_sound();
}

TEST_F(recipient_commands_test, preferences_have_revisions_of_their_own) {
  put_preference x;
  x.value.recipient = {recipient_kind::admin, "ops"};
  x.value.customers.exclude = {"acme"};
  EXPECT_EQ(code_of(apply_one(x)), errc::not_found);
  put_admin("ops");
  EXPECT_EQ(apply_ok(x).revision, 1u);
  EXPECT_EQ(code_of(apply_one(x)), errc::revision_mismatch);
  x.expected_revision = 1;
  EXPECT_EQ(apply_ok(x).revision, 2u);
  auto stored = must(recipient_repository{read()}.find_preference(x.value.recipient)).value();
  EXPECT_EQ(stored.revision, 2u);
  EXPECT_EQ(stored.customers, x.value.customers);
}

TEST_F(recipient_commands_test, recipients_are_listed_by_name_and_kind) {
  for (auto* name : {"b", "a", "c"}) {
    put_admin(name);
    apply_ok(customer(name, ""));
  }
  auto tx = read();
  recipient_repository recipients{tx};
  auto admins = must(recipients.admins());
  ASSERT_EQ(admins.size(), 3u);
  EXPECT_EQ(admins[0].id.name, "a");
  auto first = must(recipients.list(recipient_kind::customer, {2, ""}));
  ASSERT_EQ(first.entries.size(), 2u);
  EXPECT_EQ(first.next_cursor, "b");
  auto second = must(recipients.list(recipient_kind::customer, {2, first.next_cursor}));
  ASSERT_EQ(second.entries.size(), 1u);
  EXPECT_EQ(second.entries[0].id, (recipient_id{recipient_kind::customer, "c"}));
  EXPECT_EQ(second.next_cursor, "");
  EXPECT_EQ(code_of(recipients.list(recipient_kind::admin, {2, "no name"})),
            errc::invalid_argument);
}

} // namespace

} // namespace tocsin::storage
