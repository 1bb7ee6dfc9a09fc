#include "storage/commands/manager_check.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/event_type_repository.hpp"
#include "storage/repositories/recipient_repository.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin::storage {

namespace {

using testing::HasSubstr;

author panel_file() {
  author result{author_kind::token, "01A", "ci", "req-1"};
  result.manager = "panel";
  return result;
}

class manager_check_test : public storage_test {
protected:
  manager_check_test() {
    apply_ok(customer(0));
    put_preference wishes;
    wishes.value.recipient = acme;
    wishes.value.managed_by = "panel";
    apply_ok(wishes);
    apply_ok(channel(0));
    apply_ok(event_type(0));
  }

  static put_recipient customer(uint64_t revision) {
    put_recipient x;
    x.value.id = acme;
    x.value.managed_by = "panel";
    x.expected_revision = revision;
    return x;
  }

  static put_preference wishes(uint64_t revision) {
    put_preference x;
    x.value.recipient = acme;
    x.expected_revision = revision;
    return x;
  }

  static put_channel channel(uint64_t revision) {
    put_channel x;
    x.value.id = channel_id{make_ulid(1, 200)};
    x.value.owner = acme;
    x.value.name = "team";
    x.value.managed_by = "panel";
    x.sealed_settings = "sealed";
    x.expected_revision = revision;
    return x;
  }

  static put_event_type event_type(uint64_t revision) {
    put_event_type x;
    x.value.name = "invoice.overdue";
    x.value.title = "Invoice overdue";
    x.value.managed_by = "panel";
    x.expected_revision = revision;
    return x;
  }

  /// All that would change one of the four.
  static std::vector<command> changes() {
    return {customer(1),
            remove_recipient{acme, std::nullopt},
            wishes(1),
            channel(1),
            remove_channel{channel(1).value.id, std::nullopt},
            event_type(1),
            remove_event_type{event_type(1).value.name, std::nullopt}};
  }

  expected<command_result> apply_by(const command& x, const author& by) {
    auto tx = must(env_->write());
    auto result = apply(tx, x, authorship{by, audit_id{make_ulid(++entries_)}, at_ms(1)});
    if (result)
      must(tx.commit());
    return result;
  }

private:
  uint32_t entries_ = 0;
};

TEST_F(manager_check_test, keeps_what_a_file_describes_from_all_others) {
  author stranger{author_kind::admin, "ops", "", "req-2"};
  author other_file = panel_file();
  other_file.manager = "another";
  author customer{author_kind::customer, "acme", "", "req-3"};
  for (auto& by : {stranger, other_file, customer})
    for (auto& x : changes()) {
      auto refused = apply_by(x, by);
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, errc::managed);
      EXPECT_THAT(refused.error().detail, HasSubstr("'panel'"));
    }
  EXPECT_EQ(must(recipient_repository{read()}.find(acme))->revision, 1u);
  EXPECT_EQ(must(channel_repository{read()}.find(channel(0).value.id))->value.revision, 1u);
  EXPECT_EQ(must(event_type_repository{read()}.find("invoice.overdue"))->revision, 1u);
}

TEST_F(manager_check_test, lets_the_file_and_the_service_itself_change_it) {
  must(apply_by(customer(1), panel_file()));
  must(apply_by(wishes(1), panel_file()));
  must(apply_by(channel(1), author{}));
  must(apply_by(remove_channel{channel(0).value.id, std::nullopt}, panel_file()));
  must(apply_by(remove_recipient{acme, std::nullopt}, panel_file()));
  must(apply_by(event_type(1), author{}));
  must(apply_by(remove_event_type{"invoice.overdue", std::nullopt}, panel_file()));
  EXPECT_FALSE(must(recipient_repository{read()}.find(acme)));
  expect_sound();
}

TEST_F(manager_check_test, looks_at_what_is_stored_and_not_at_what_is_wanted) {
  auto freed = wishes(1);
  EXPECT_TRUE(freed.value.managed_by.empty());
  EXPECT_EQ(code_of(apply_by(freed, author{author_kind::token, "01A", "ci", ""})), errc::managed);
  must(apply_by(freed, panel_file()));
  must(apply_by(wishes(2), author{author_kind::token, "01A", "ci", ""}));
}

TEST_F(manager_check_test, does_not_touch_what_nobody_manages) {
  author stranger{author_kind::token, "01A", "ci", ""};
  put_recipient ops;
  ops.value.id = {recipient_kind::admin, "ops"};
  must(apply_by(ops, stranger));
  ops.expected_revision = 1;
  must(apply_by(ops, panel_file()));
  must(apply_by(remove_recipient{ops.value.id, std::nullopt}, stranger));
}

} // namespace

} // namespace tocsin::storage
