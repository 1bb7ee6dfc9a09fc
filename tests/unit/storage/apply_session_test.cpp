#include "storage/records/digest_key.hpp"
#include "storage/repositories/session_repository.hpp"
#include "storage/upkeep/prune_sessions.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tocsin::storage {

namespace {

using namespace std::chrono_literals;

const recipient_id ops{recipient_kind::admin, "ops"};

sha256_digest digest_of(uint8_t n) {
  sha256_digest result;
  result.fill(n);
  return result;
}

class session_commands_test : public storage_test {
protected:
  session_commands_test() { put_admin("ops"); }

  void put_customer(bool portal_enabled, uint64_t revision) {
    apply_ok(put_recipient{{acme, "Acme", {}, portal_enabled, at_ms(1), at_ms(1), 0}, revision});
  }

  session session_of(const recipient_id& who, uint8_t n, timestamp at = at_ms(1000)) {
    return {digest_of(n), who, at, at, at + session_age_limit};
  }

  portal_link link(uint8_t n) {
    return {digest_of(n), "acme", at_ms(1000), at_ms(1000) + portal_link_lifetime};
  }

  std::optional<session> stored(uint8_t n) {
    return must(session_repository{read()}.find(digest_of(n)));
  }
};

TEST_F(session_commands_test, a_session_is_there_until_it_is_closed) {
  apply_ok(open_session{session_of(ops, 1)});
  reopen();
  EXPECT_EQ(stored(1), session_of(ops, 1));
  EXPECT_EQ(apply_ok(close_session{digest_of(1), ops}).affected, 1u);
  EXPECT_EQ(stored(1), std::nullopt);
  EXPECT_EQ(apply_ok(close_session{digest_of(1), ops}).affected, 0u);
  expect_sound();
}

TEST_F(session_commands_test, a_session_needs_somebody_and_a_digest_of_its_own) {
  EXPECT_EQ(code_of(apply_one(open_session{session_of(acme, 1)})), errc::not_found);
  apply_ok(open_session{session_of(ops, 1)});
  EXPECT_EQ(code_of(apply_one(open_session{session_of(ops, 1)})), errc::already_exists);
}

TEST_F(session_commands_test, the_last_use_only_moves_on) {
  apply_ok(open_session{session_of(ops, 1)});
  EXPECT_EQ(apply_ok(note_session_use{digest_of(1), at_ms(5000)}).affected, 1u);
  apply_ok(note_session_use{digest_of(1), at_ms(2000)});
  EXPECT_EQ(stored(1)->last_used_at, at_ms(5000));
  EXPECT_EQ(apply_ok(note_session_use{digest_of(2), at_ms(5000)}).affected, 0u);
}

TEST_F(session_commands_test, a_new_password_ends_the_sessions_of_its_admin_alone) {
  put_admin("dev");
  apply_ok(open_session{session_of(ops, 1)});
  apply_ok(open_session{session_of({recipient_kind::admin, "dev"}, 2)});
  password_hash hash{"ops", std::string(16, 's'), 32768, 8, 3, std::string(32, 'h'), at_ms(7)};
  apply_ok(put_password{hash});
  EXPECT_EQ(stored(1), std::nullopt);
  EXPECT_TRUE(stored(2));
  reopen();
  EXPECT_EQ(must(session_repository{read()}.find_password("ops")), hash);
  hash.admin = "nobody";
  EXPECT_EQ(code_of(apply_one(put_password{hash})), errc::not_found);
}

TEST_F(session_commands_test, a_link_is_for_an_open_portal_only) {
  EXPECT_EQ(code_of(apply_one(put_portal_link{link(1)})), errc::not_found);
  put_customer(false, 0);
  EXPECT_EQ(code_of(apply_one(put_portal_link{link(1)})), errc::conflict);
  put_customer(true, 1);
  apply_ok(put_portal_link{link(1)});
  expect_sound();
}

TEST_F(session_commands_test, a_link_lets_its_customer_in_once) {
  put_customer(true, 0);
  apply_ok(put_portal_link{link(1)});
  auto ops_tries = redeem_portal_link{digest_of(1), session_of(ops, 2)};
  EXPECT_EQ(code_of(apply_one(ops_tries)), errc::not_found);
  apply_ok(redeem_portal_link{digest_of(1), session_of(acme, 2)});
  EXPECT_TRUE(stored(2));
  auto again = redeem_portal_link{digest_of(1), session_of(acme, 3)};
  EXPECT_EQ(code_of(apply_one(again)), errc::not_found);
  EXPECT_EQ(stored(3), std::nullopt);
  expect_sound();
}

TEST_F(session_commands_test, a_link_ends_with_its_time_and_with_the_portal) {
  put_customer(true, 0);
  apply_ok(put_portal_link{link(1)});
  auto late = session_of(acme, 2, link(1).expires_at);
  EXPECT_EQ(code_of(apply_one(redeem_portal_link{digest_of(1), late})), errc::not_found);
  auto in_time = session_of(acme, 2, link(1).expires_at - 1ms);
  put_customer(false, 1);
  EXPECT_EQ(code_of(apply_one(redeem_portal_link{digest_of(1), in_time})), errc::not_found);
  // Who was put out is not let in again.
  put_customer(true, 2);
  EXPECT_EQ(code_of(apply_one(redeem_portal_link{digest_of(1), in_time})), errc::not_found);
}

TEST_F(session_commands_test, nothing_is_left_of_a_recipient_that_is_removed) {
  put_customer(true, 0);
  apply_ok(put_portal_link{link(1)});
  apply_ok(put_portal_link{link(2)});
  apply_ok(redeem_portal_link{digest_of(1), session_of(acme, 3)});
  apply_ok(put_password{{"ops", "salt", 2, 1, 1, "hash", at_ms(1)}});
  apply_ok(open_session{session_of(ops, 4)});
  apply_ok(remove_recipient{acme, std::nullopt});
  apply_ok(remove_recipient{ops, std::nullopt});
  expect_sound();
  auto tx = read();
  for (auto db : {database::sessions, database::portal_links, database::passwords})
    EXPECT_EQ(must(tx.count(db)), 0u);
}

TEST_F(session_commands_test, who_is_removed_is_locked_out_beside_what_cannot_be_read) {
  put_customer(true, 0);
  apply_ok(put_portal_link{link(1)});
  apply_ok(put_portal_link{link(2)});
  apply_ok(redeem_portal_link{digest_of(1), session_of(acme, 3)});
  apply_ok(open_session{session_of(ops, 4)});
  auto spoilt = must(env_->write());
  must(spoilt.put(database::sessions, digest_key(digest_of(5)), "\xff"));
  must(spoilt.put(database::portal_links, digest_key(digest_of(6)), "\xff"));
  must(spoilt.commit());
  apply_ok(remove_recipient{acme, std::nullopt});
  auto tx = read();
  EXPECT_EQ(must(session_repository{tx}.find(digest_of(3))), std::nullopt);
  EXPECT_EQ(must(session_repository{tx}.find_link(digest_of(2))), std::nullopt);
  EXPECT_TRUE(must(session_repository{tx}.find(digest_of(4))));
}

TEST_F(session_commands_test, what_has_expired_is_pruned) {
  put_customer(true, 0);
  apply_ok(put_portal_link{link(1)});
  apply_ok(open_session{session_of(ops, 2)});
  auto tx = must(env_->write());
  must(prune_sessions(tx, link(1).expires_at - 1ms, 10));
  EXPECT_EQ(must(tx.count(database::portal_links)), 1u);
  must(prune_sessions(tx, link(1).expires_at, 10));
  EXPECT_EQ(must(tx.count(database::portal_links)), 0u);
  EXPECT_EQ(must(tx.count(database::sessions)), 1u);
  must(prune_sessions(tx, at_ms(1000) + session_idle_limit, 10));
  EXPECT_EQ(must(tx.count(database::sessions)), 0u);
}

TEST_F(session_commands_test, what_has_expired_is_pruned_beside_what_cannot_be_read) {
  apply_ok(open_session{session_of(ops, 1)});
  apply_ok(open_session{session_of(ops, 2)});
  auto tx = must(env_->write());
  must(tx.put(database::sessions, digest_key(digest_of(1)), "\xff"));
  std::vector<std::string> faults;
  must(prune_sessions(tx, at_ms(1000) + session_idle_limit, 10,
                      [&faults](const std::string& what) { faults.push_back(what); }));
  EXPECT_EQ(must(tx.count(database::sessions)), 1u);
  EXPECT_EQ(faults.size(), 1u);
}

} // namespace

} // namespace tocsin::storage
