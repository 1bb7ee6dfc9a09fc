#include "actors/delivery/channel_supervisor.hpp"
#include "messages/protocol/failure.hpp"
#include "storage/files/secret_box.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/held_transport.hpp"
#include "tests/unit/actors/fake_ledger.hpp"

#include <caf/send.hpp>
#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// The supervisor before a ledger that only keeps which windows are opened.
class channel_supervisor_test : public actor_fixture {
protected:
  channel_supervisor_test() {
    auto box = storage::secret_box::open_key_file(directory.path() / "key");
    secrets = std::make_shared<const storage::secret_box>(std::move(*box));
    auto access = std::make_shared<const channel_access>(env, secrets, outbound_options{});
    apply_now(
      put_recipient{{{recipient_kind::admin, "ops"}, "Ops", {}, false, *wall, *wall, 0}, 0});
    value.id = channel_id{ulid_generator{7}.next(1)};
    value.owner = {recipient_kind::admin, "ops"};
    value.name = "one";
    value.settings = R"({"url":"http://127.0.0.1:1/"})";
    sealed = *access->seal(value);
    value.settings.clear();
    apply_now(put_channel{value, sealed, 0});
    fake_ledger fake;
    fake.on_open = [this](auto& msg) { workers.push_back(msg.worker); };
    ledger = spawn_fake_ledger(system, fake);
    channel_worker_options worker;
    worker.ledger = ledger;
    worker.transport = std::make_shared<held_transport>();
    worker.now = now();
    worker.steady_now = steady_now();
    worker.board = board;
    auto report = [this](channel_id, const std::string& what) { reports.push_back(what); };
    announcer = system.spawn(
      [this](channel_announcer_actor::pointer) -> channel_announcer_actor::behavior_type {
        return {[](const configuration_changed&) {}, [](const announce_channel&) {},
                [this](const channel_parked& msg) { parked.push_back(msg); }};
      });
    options = {access, worker, {}, report, announcer};
    supervisor = system.spawn(channel_supervisor, options);
  }

  ~channel_supervisor_test() override {
    for (auto& x : workers)
      self->send_exit(x, caf::exit_reason::user_shutdown);
    self->send_exit(supervisor, caf::exit_reason::user_shutdown);
    self->send_exit(announcer, caf::exit_reason::user_shutdown);
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  /// A supervisor of a service that may not send to networks of its own any more.
  void narrow_admin_networks() {
    self->send_exit(supervisor, caf::exit_reason::user_shutdown);
    outbound_options narrow;
    narrow.admin_rules = channels::address_rules::public_only();
    options.channels = std::make_shared<const channel_access>(env, secrets, narrow);
    supervisor = system.spawn(channel_supervisor, options);
    run();
  }

  void need() {
    caf::anon_send(supervisor, channel_needed{value.id});
    run();
  }

  void crash_last() {
    self->send_exit(workers.back(), caf::exit_reason::kill);
    run();
  }

  void change() {
    caf::anon_send(supervisor, configuration_changed{value.owner, value.id, false});
    run();
  }

  /// How many actors of channels there are.
  uint32_t living() {
    for (auto& x : board->actors())
      if (x.name == channel_worker_state::name)
        return x.instances;
    return 0;
  }

  channel value;
  std::string sealed;
  std::shared_ptr<const storage::secret_box> secrets;
  channel_supervisor_options options;
  delivery_ledger_actor ledger;
  channel_announcer_actor announcer;
  channel_supervisor_actor supervisor;
  std::vector<channel_actor> workers;
  std::vector<std::string> reports;
  /// What the announcer was told of.
  std::vector<channel_parked> parked;
};

TEST_F(channel_supervisor_test, starts_one_actor_however_often_it_is_asked) {
  need();
  need();
  EXPECT_EQ(workers.size(), 1u);
}

TEST_F(channel_supervisor_test, starts_a_crashed_actor_again_after_a_delay) {
  need();
  crash_last();
  EXPECT_EQ(workers.size(), 1u);
  advance(99ms);
  EXPECT_EQ(workers.size(), 1u);
  advance(1ms);
  EXPECT_EQ(workers.size(), 2u);
  EXPECT_EQ(board->channel(value.id)->restarts, 1u);
  EXPECT_EQ(reports.size(), 1u);
}

TEST_F(channel_supervisor_test, parks_a_channel_that_crashes_too_often_until_it_changes) {
  need();
  for (int i = 0; i < 6; ++i) {
    EXPECT_TRUE(parked.empty());
    crash_last();
    advance(5s);
  }
  EXPECT_EQ(workers.size(), 6u);
  ASSERT_EQ(parked.size(), 1u);
  EXPECT_EQ(parked[0].channel, value.id);
  EXPECT_THAT(parked[0].reason, testing::HasSubstr("crashed again and again"));
  EXPECT_TRUE(board->channel(value.id)->parked);
  EXPECT_THAT(reports.back(), testing::HasSubstr("parked"));
  need();
  EXPECT_EQ(workers.size(), 6u);
  change();
  EXPECT_EQ(workers.size(), 7u);
  EXPECT_FALSE(board->channel(value.id)->parked);
}

TEST_F(channel_supervisor_test, parks_nothing_while_the_storage_cannot_be_read) {
  std::vector<storage::read_transaction> all_readers;
  while (auto reader = env->read())
    all_readers.push_back(std::move(*reader));
  need();
  for (int i = 0; i < 10; ++i)
    advance(10s);
  EXPECT_TRUE(workers.empty());
  EXPECT_TRUE(parked.empty());
  EXPECT_EQ(board->channel(value.id)->restarts, 0u);
  EXPECT_THAT(reports, testing::Each(testing::HasSubstr("cannot be started now")));
  all_readers.clear();
  advance(10s);
  EXPECT_EQ(workers.size(), 1u);
}

TEST_F(channel_supervisor_test, replaces_the_actor_when_its_channel_changes) {
  need();
  change();
  EXPECT_EQ(workers.size(), 2u);
  EXPECT_EQ(living(), 1u);
  crash_last();
  advance(1s);
  EXPECT_EQ(workers.size(), 3u);
}

TEST_F(channel_supervisor_test, ends_the_actor_of_a_removed_channel_and_shows_it_no_more) {
  need();
  EXPECT_EQ(board->channels().size(), 1u);
  caf::anon_send(supervisor, configuration_changed{value.owner, value.id, true});
  run();
  EXPECT_EQ(living(), 0u);
  EXPECT_TRUE(board->channels().empty());
}

TEST_F(channel_supervisor_test, leaves_a_disabled_channel_without_an_actor) {
  value.enabled = false;
  apply_now(put_channel{value, sealed, 1});
  need();
  EXPECT_TRUE(workers.empty());
  value.enabled = true;
  apply_now(put_channel{value, sealed, 2});
  change();
  EXPECT_EQ(workers.size(), 1u);
}

TEST_F(channel_supervisor_test, parks_a_channel_whose_secrets_cannot_be_opened_and_says_why) {
  apply_now(put_channel{value, "not sealed by this key", 1});
  need();
  need();
  EXPECT_TRUE(workers.empty());
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports[0], testing::HasSubstr("cannot be started"));
  ASSERT_EQ(parked.size(), 1u);
  EXPECT_THAT(parked[0].reason, testing::HasSubstr("cannot be started"));
}

TEST_F(channel_supervisor_test,
       parks_a_channel_whose_settings_are_allowed_no_more_until_it_changes) {
  narrow_admin_networks();
  need();
  need();
  EXPECT_TRUE(workers.empty());
  EXPECT_TRUE(board->channel(value.id)->parked);
  ASSERT_EQ(parked.size(), 1u);
  EXPECT_EQ(parked[0].channel, value.id);
  EXPECT_EQ(parked[0].parked_at, *wall);
  EXPECT_THAT(parked[0].reason, testing::StartsWith("it cannot be started: the channel's settings "
                                                    "are not valid: "));
  auto mended = value;
  mended.settings = R"({"url":"https://hooks.example.com/x"})";
  sealed = *options.channels->seal(mended);
  apply_now(put_channel{value, sealed, 1});
  change();
  EXPECT_EQ(workers.size(), 1u);
  EXPECT_FALSE(board->channel(value.id)->parked);
}

TEST_F(channel_supervisor_test, leaves_no_actor_behind_when_it_dies) {
  need();
  EXPECT_EQ(living(), 1u);
  self->send_exit(supervisor, caf::exit_reason::kill);
  run();
  EXPECT_EQ(living(), 0u);
}

TEST_F(channel_supervisor_test, says_when_all_actors_have_drained) {
  need();
  EXPECT_TRUE(ask<channels_drained>(supervisor, drain_channels{}));
  need();
  EXPECT_EQ(workers.size(), 1u);
}

} // namespace

} // namespace tocsin
