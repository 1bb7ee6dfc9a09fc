#include "actors/history/delivery_log.hpp"
#include "tests/unit/actors/ledger_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin {

namespace {

class delivery_log_test : public ledger_fixture {
protected:
  delivery_log_test() { log = system.spawn(delivery_log, env, now(), board); }

  ~delivery_log_test() override {
    self->send_exit(log, caf::exit_reason::user_shutdown);
    run();
  }

  delivery_log_actor log;
};

TEST_F(delivery_log_test, a_list_leaves_out_deliveries_whose_event_cannot_be_read) {
  for (int i = 0; i < 3; ++i)
    accept();
  auto all = ask<page<delivery_view>>(log, list_deliveries{{}, {10, ""}});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->entries.size(), 3u);
  spoil(storage::database::events, all->entries[1].value.event);
  auto left = ask<page<delivery_view>>(log, list_deliveries{{}, {10, ""}});
  ASSERT_TRUE(left) << left.error().detail;
  ASSERT_EQ(left->entries.size(), 2u);
  EXPECT_EQ(left->entries[0].value.id, all->entries[0].value.id);
  EXPECT_EQ(left->entries[1].value.id, all->entries[2].value.id);
}

TEST_F(delivery_log_test, a_list_of_long_events_ends_early_and_the_next_one_goes_on) {
  auto baton = submission_of(40);
  for (auto& x : baton->events) {
    x.value.message = std::string(32 * 1024, 'x');
    x.value.details = R"({"log":"long"})";
  }
  ASSERT_TRUE(ask<events_accepted>(ledger, accept_submission{baton}));
  auto first = ask<page<delivery_view>>(log, list_deliveries{{}, {250, ""}});
  ASSERT_TRUE(first);
  ASSERT_EQ(first->entries.size(), 32u);
  EXPECT_EQ(first->entries[0].carried.details, "");
  auto rest = ask<page<delivery_view>>(log, list_deliveries{{}, {250, first->next_cursor}});
  ASSERT_TRUE(rest);
  ASSERT_EQ(rest->entries.size(), 8u);
  EXPECT_LT(rest->entries.front().value.id, first->entries.back().value.id);
  EXPECT_EQ(rest->next_cursor, "");
}

TEST_F(delivery_log_test, a_list_leaves_out_events_that_cannot_be_read) {
  for (int i = 0; i < 3; ++i)
    accept();
  auto all = ask<page<accepted_event>>(log, list_events{{10, ""}, {}});
  ASSERT_TRUE(all);
  ASSERT_EQ(all->entries.size(), 3u);
  spoil(storage::database::events, all->entries[1].id);
  auto left = ask<page<accepted_event>>(log, list_events{{10, ""}, {}});
  ASSERT_TRUE(left) << left.error().detail;
  ASSERT_EQ(left->entries.size(), 2u);
  EXPECT_EQ(left->entries[0].id, all->entries[0].id);
  EXPECT_EQ(left->entries[1].id, all->entries[2].id);
}

TEST_F(delivery_log_test, ones_own_events_leave_out_what_lacks_deliveries) {
  for (int i = 0; i < 3; ++i)
    accept();
  list_events own{{10, ""}, recipient_id{recipient_kind::admin, "ops"}};
  auto all = ask<page<accepted_event>>(log, own);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->entries.size(), 3u);
  auto tx = *env->write();
  delivery_id gone{all->entries[1].id.plus(1)};
  ASSERT_TRUE(tx.erase(storage::database::deliveries, storage::as_key(gone)));
  ASSERT_TRUE(tx.commit());
  auto left = ask<page<accepted_event>>(log, own);
  ASSERT_TRUE(left) << left.error().detail;
  ASSERT_EQ(left->entries.size(), 2u);
  EXPECT_EQ(left->entries[0].id, all->entries[0].id);
  EXPECT_EQ(left->entries[1].id, all->entries[2].id);
}

} // namespace

} // namespace tocsin
