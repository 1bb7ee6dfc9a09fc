#include "storage/files/secret_box.hpp"
#include "tests/unit/actors/worker_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A channel that is stored, so that a provider can correct its settings.
class stored_channel_test : public worker_fixture {
protected:
  stored_channel_test() {
    self->send_exit(worker, caf::exit_reason::user_shutdown);
    auto box = storage::secret_box::open_key_file(directory.path() / "key");
    auto secrets = std::make_shared<const storage::secret_box>(std::move(*box));
    access = std::make_shared<const channel_access>(env, secrets, outbound_options{});
    value.owner = {recipient_kind::admin, "ops"};
    value.name = "one";
    value.settings = R"({"url":"http://127.0.0.1:1/"})";
    apply_now(put_recipient{{value.owner, "Ops", {}, false, *wall, *wall, 0}, 0});
    auto sealed = *access->seal(value);
    auto bare = value;
    bare.settings.clear();
    apply_now(put_channel{bare, sealed, 0});
    value.revision = 1;
    worker = spawn_worker();
  }
};

TEST_F(stored_channel_test, leaves_what_is_due_to_its_successor_once_its_settings_are_corrected) {
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->correction = R"({"url":"http://127.0.0.1:2/"})";
  give(1);
  await_attempts(1);
  EXPECT_THAT(stored, testing::ElementsAre(testing::ElementsAre("url")));
  EXPECT_EQ(made.front().next, delivery_state::scheduled);
  EXPECT_EQ(made.front().due_at, *wall);
  // Before the supervisor replaces it, the ledger hands it what it just gave back, and more.
  give(3);
  expect_rest(1);
  self->monitor(worker);
  caf::anon_send(worker, drain_channel{});
  run();
  auto ended = false;
  self->receive([&](const caf::down_msg& down) { ended = down.source == worker.address(); });
  EXPECT_TRUE(ended);
  expect_rest(1);
}

TEST_F(stored_channel_test, lets_the_fourth_attempt_wait_though_its_settings_are_corrected) {
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->correction = R"({"url":"http://127.0.0.1:2/"})";
  give_again(delivery_id{ids.next(2)}, 3);
  await_attempts(1);
  EXPECT_EQ(stored.size(), 1u);
  EXPECT_GE(made.front().due_at, *wall + 135s);
}

TEST_F(stored_channel_test, goes_on_with_its_settings_where_the_correction_cannot_be_stored) {
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->correction = R"({"url":"http://127.0.0.1:2/"})";
  refusal = fail(errc::storage_full, "no room");
  give(1);
  await_attempts(1);
  EXPECT_GE(made.front().due_at, *wall + 5s);
  plan->correction.clear();
  give(1);
  await_attempts(2);
}

TEST_F(stored_channel_test, goes_on_with_its_settings_where_somebody_else_changed_them) {
  apply_now(put_channel{value, *access->seal(value), 1});
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->correction = R"({"url":"http://127.0.0.1:2/"})";
  give(2);
  await_attempts(2);
  EXPECT_TRUE(stored.empty());
  for (auto& x : made)
    EXPECT_GE(x.due_at, *wall + 5s);
}

TEST_F(stored_channel_test, records_before_it_ends_what_waits_for_a_correction) {
  plan->verdicts = {{outcome_class::retry, {}}};
  plan->correction = R"({"url":"http://127.0.0.1:2/"})";
  give(1);
  // It hears of the end while the correction is being stored.
  ASSERT_TRUE(transport->refuse_held());
  caf::anon_send(worker, drain_channel{});
  run();
  EXPECT_EQ(made.size(), 1u);
  EXPECT_EQ(stored.size(), 1u);
}

} // namespace

} // namespace tocsin
