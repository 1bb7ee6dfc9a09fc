#include "actors/registry/token_registry.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "storage/repositories/token_repository.hpp"
#include "tests/unit/actors/registry_fixture.hpp"

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class token_registry_test : public registry_fixture {
protected:
  token_registry_test() {
    registry = system.spawn(token_registry, registry_options{env, ledger, now(), board, epoch});
    run();
  }

  ~token_registry_test() override {
    self->send_exit(registry, caf::exit_reason::user_shutdown);
    run();
  }

  token_created create(std::optional<timestamp> expires_at = std::nullopt) {
    author by{author_kind::admin, "ops", "", "req-7"};
    auto made = ask<token_created>(registry, create_token{"ci", 3, expires_at, by});
    EXPECT_TRUE(made) << made.error().detail;
    return *made;
  }

  expected<token> find(const token_created& x) {
    return ask<token>(registry, find_token{sha256(x.text)});
  }

  token stored(const token_created& x) {
    auto tx = *env->read();
    return **storage::token_repository{tx}.find(x.value.id);
  }

  access_epoch epoch = make_access_epoch();
  token_registry_actor registry;
};

TEST_F(token_registry_test, makes_a_token_that_is_found_by_its_text) {
  auto made = create();
  EXPECT_TRUE(made.text.starts_with("tocsin_"));
  auto found = find(made);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, made.value.id);
  EXPECT_EQ(found->scopes, 3);
  EXPECT_FALSE(ask<token>(registry, find_token{sha256("else")}));
}

TEST_F(token_registry_test, writes_in_the_audit_log_who_made_and_who_revoked) {
  auto made = create();
  ASSERT_TRUE(ask<removed>(
    registry, revoke_token{made.value.id, {author_kind::token, "01A", "panel", "req-8"}}));
  auto tx = *env->read();
  auto log = storage::audit_repository{tx}.list({}, {})->entries;
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].action, "token.revoke");
  EXPECT_EQ(log[0].by.request_id, "req-8");
  EXPECT_EQ(log[1].action, "token.create");
  EXPECT_EQ(log[1].by.id, "ops");
  EXPECT_EQ(log[1].at, *wall);
  EXPECT_EQ(log[1].object, "token/" + to_string(made.value.id));
}

TEST_F(token_registry_test, refuses_names_scopes_and_ends_that_make_no_sense) {
  for (auto& bad : {create_token{" ", 3, {}}, create_token{std::string(101, 'x'), 3, {}},
                    create_token{"x", 0, {}}, create_token{"x", 3, *wall}}) {
    auto made = ask<token_created>(registry, bad);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, errc::invalid_argument);
    EXPECT_EQ(made.error().fields.size(), 1u);
  }
}

TEST_F(token_registry_test, knows_no_token_that_has_expired) {
  auto made = create(*wall + 1h);
  EXPECT_TRUE(find(made));
  advance(1h - 1ms);
  EXPECT_TRUE(find(made));
  advance(1ms);
  auto late = find(made);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, errc::unauthorized);
}

TEST_F(token_registry_test, takes_access_away_before_it_answers_a_revocation) {
  auto made = create();
  auto before = epoch->load();
  ASSERT_TRUE(ask<removed>(registry, revoke_token{made.value.id}));
  EXPECT_GT(epoch->load(), before);
  EXPECT_FALSE(find(made));
  auto again = ask<removed>(registry, revoke_token{made.value.id});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, errc::not_found);
}

TEST_F(token_registry_test, takes_access_away_with_a_revocation_that_is_stored_late) {
  auto made = create();
  auto before = epoch->load();
  auto pending = self->request(registry, caf::infinite, revoke_token{made.value.id});
  // The registry has asked the ledger, which does not come to it for long.
  ASSERT_TRUE(scheduler().try_run_once());
  scheduler().advance_time(1h);
  run();
  pending.receive([](const removed&) {},
                  [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  EXPECT_FALSE(find(made));
  EXPECT_GT(epoch->load(), before);
}

TEST_F(token_registry_test, notes_the_use_of_a_token_at_most_once_in_five_minutes) {
  auto made = create();
  EXPECT_EQ(stored(made).last_used_at, std::nullopt);
  find(made);
  auto first = *wall;
  EXPECT_EQ(stored(made).last_used_at, first);
  advance(5min - 1ms);
  find(made);
  EXPECT_EQ(stored(made).last_used_at, first);
  advance(1ms);
  find(made);
  EXPECT_EQ(stored(made).last_used_at, *wall);
  find(made);
  auto tx = *env->read();
  EXPECT_EQ(storage::audit_repository{tx}.list({}, {})->entries.size(), 1u);
}

} // namespace

} // namespace tocsin
