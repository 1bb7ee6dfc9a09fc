#include "actors/registry/password.hpp"
#include "actors/registry/session_registry.hpp"
#include "actors/registry/sign_in_desk.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "tests/unit/actors/fake_ledger.hpp"
#include "tests/unit/actors/registry_fixture.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

constexpr auto good_password = "a password of some length";
constexpr auto new_password = "a new one of some length";

class session_registry_test : public registry_fixture {
protected:
  session_registry_test() {
    store({recipient_kind::admin, "ops"}, false, 0);
    store(acme, true, 0);
    registry_options options{env, ledger, now(), board, epoch};
    registry = system.spawn(session_registry, options);
    auto note_refused = [this](const std::string& admin, const std::string& address) {
      refused.push_back(admin + " from " + address);
    };
    desk = system.spawn(sign_in_desk, sign_in_options{options, note_refused, steady_now()});
    run();
  }

  ~session_registry_test() override {
    self->send_exit(desk, caf::exit_reason::user_shutdown);
    self->send_exit(registry, caf::exit_reason::user_shutdown);
    run();
  }

  void store(const recipient_id& id, bool portal_enabled, uint64_t revision) {
    apply_now(put_recipient{{id, id.name, {}, portal_enabled, *wall, *wall, 0}, revision});
  }

  /// Stores `good_password` as that of `ops`.
  void put_known_password() {
    auto hash = *hash_password("ops", good_password, *wall);
    apply_now(put_password{hash});
  }

  expected<sign_in_result> enter(const std::string& password, const std::string& admin = "ops",
                                 const std::string& address = "192.0.2.1") {
    return ask<sign_in_result>(desk, sign_in{admin, password, address, "req"});
  }

  expected<session> find(const std::string& secret) {
    return ask<session>(registry, find_session{sha256(secret)});
  }

  session_opened portal_session() {
    auto link = ask<portal_link_created>(registry, create_portal_link{"acme", {}});
    EXPECT_TRUE(link);
    auto opened = ask<session_opened>(registry, enter_portal{link->code, "req"});
    EXPECT_TRUE(opened);
    return *opened;
  }

  const recipient_id acme{recipient_kind::customer, "acme"};
  access_epoch epoch = make_access_epoch();
  /// The sign-ins that were reported as refused.
  std::vector<std::string> refused;
  session_registry_actor registry;
  sign_in_desk_actor desk;
};

TEST(password, is_kept_as_scrypt_with_its_parameters_and_a_salt_of_its_own) {
  auto one = *hash_password("ops", good_password, {});
  auto other = *hash_password("ops", good_password, {});
  EXPECT_GE(one.n, 1u << 15);
  EXPECT_GE(one.r, 8u);
  EXPECT_GE(one.p, 1u);
  EXPECT_NE(one.salt, other.salt);
  EXPECT_NE(one.hash, other.hash);
  EXPECT_TRUE(*matches(one, good_password));
  EXPECT_FALSE(*matches(one, "a password of some lengtH"));
  EXPECT_FALSE(*matches(one, ""));
}

TEST(password, of_rfc_7914_is_hashed_as_there) {
  // RFC 7914 §12, the second vector, cut to 32 bytes as ours are.
  password_hash x;
  x.salt = "NaCl";
  x.n = 1024;
  x.r = 8;
  x.p = 16;
  constexpr unsigned char wanted[] = {
    0xfd, 0xba, 0xbe, 0x1c, 0x9d, 0x34, 0x72, 0x00, 0x78, 0x56, 0xe7, 0x19, 0x0d, 0x01, 0xe9, 0xfe,
    0x7c, 0x6a, 0xd7, 0xcb, 0xc8, 0x23, 0x78, 0x30, 0xe7, 0x73, 0x76, 0x63, 0x4b, 0x37, 0x31, 0x62};
  x.hash.assign(reinterpret_cast<const char*>(wanted), sizeof wanted);
  EXPECT_TRUE(*matches(x, "password"));
}

TEST_F(session_registry_test, lets_an_admin_in_with_the_right_password_only) {
  ASSERT_TRUE(ask<password_set>(desk, set_password{"ops", good_password, {}}));
  auto wrong = enter("another password");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, errc::unauthorized);
  auto unknown = enter(good_password, "nobody");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().detail, wrong.error().detail);
  auto in = enter(good_password);
  ASSERT_TRUE(in) << in.error().detail;
  auto found = find(in->opened.secret);
  ASSERT_TRUE(found);
  EXPECT_EQ(to_string(found->who), "admin/ops");
  EXPECT_THAT(refused, testing::ElementsAre("ops from 192.0.2.1", "nobody from 192.0.2.1"));
  EXPECT_FALSE(enter("wrong", std::string(100'000, 'x'), "192.0.2.7"));
  EXPECT_EQ(refused.back(), std::string(64, 'x') + " from 192.0.2.7");
}

TEST_F(session_registry_test, refuses_passwords_that_are_too_short_and_admins_that_are_not_there) {
  auto brief = ask<password_set>(desk, set_password{"ops", "short", {}});
  ASSERT_FALSE(brief);
  EXPECT_EQ(brief.error().fields.at(0).pointer, "/password");
  auto nobody = ask<password_set>(desk, set_password{"nobody", good_password, {}});
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, errc::not_found);
}

TEST_F(session_registry_test, makes_those_who_guess_wait_by_admin_and_by_address) {
  put_known_password();
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(enter("wrong", "ops", "192.0.2." + std::to_string(i)));
  auto early = enter(good_password, "ops", "192.0.2.9");
  ASSERT_TRUE(early);
  EXPECT_EQ(early->wait, 1s);
  EXPECT_EQ(early->opened.secret, "");
  advance(1s);
  EXPECT_EQ(enter(good_password, "ops", "192.0.2.9")->wait, 0s);
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(enter("wrong", "admin" + std::to_string(i), "198.51.100.1"));
  EXPECT_EQ(enter(good_password, "ops", "198.51.100.1")->wait, 1s);
}

TEST_F(session_registry_test, makes_nobody_wait_as_the_clock_is_set_back) {
  put_known_password();
  EXPECT_FALSE(enter("wrong"));
  *wall -= 24h;
  auto in = enter(good_password);
  ASSERT_TRUE(in) << in.error().detail;
  EXPECT_EQ(in->wait, 0s);
}

TEST_F(session_registry_test, counts_the_ipv6_addresses_of_one_network_together) {
  put_known_password();
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(enter("wrong", "admin" + std::to_string(i), "2001:db8:0:1::" + std::to_string(i)));
  EXPECT_EQ(enter(good_password, "ops", "2001:db8:0:1:ffff::9")->wait, 1s);
  EXPECT_EQ(enter(good_password, "ops", "2001:db8:0:2::9")->wait, 0s);
}

TEST_F(session_registry_test, remembers_no_more_of_a_long_name_than_of_an_admins) {
  std::string common(64, 'x');
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(enter("wrong", common + std::to_string(i), "192.0.2." + std::to_string(i)));
  auto waits = enter("wrong", common + "y", "192.0.2.9");
  ASSERT_TRUE(waits);
  EXPECT_EQ(waits->wait, 1s);
}

TEST_F(session_registry_test, ends_sessions_unused_and_old) {
  auto idle = portal_session();
  advance(session_idle_limit - 1ms);
  EXPECT_TRUE(find(idle.secret));
  advance(session_idle_limit - 1ms);
  EXPECT_TRUE(find(idle.secret)) << "it was used in between";
  advance(session_idle_limit);
  EXPECT_FALSE(find(idle.secret));
  auto busy = portal_session();
  auto end = busy.value.expires_at;
  for (; *wall + 30min < end; advance(30min))
    EXPECT_TRUE(find(busy.secret));
  advance(end - *wall);
  EXPECT_FALSE(find(busy.secret));
}

TEST_F(session_registry_test, notes_the_use_of_a_session_once_at_a_time) {
  auto opened = portal_session();
  advance(1min);
  size_t notes = 0;
  fake_ledger counting;
  counting.on_command = [&notes](const apply_command& x) {
    notes += std::holds_alternative<note_session_use>(x.value) ? 1 : 0;
    return command_result{};
  };
  auto other_ledger = spawn_fake_ledger(system, counting);
  auto busy
    = system.spawn(session_registry, registry_options{env, other_ledger, now(), board, epoch});
  auto first = self->request(busy, caf::infinite, find_session{sha256(opened.secret)});
  auto second = self->request(busy, caf::infinite, find_session{sha256(opened.secret)});
  run();
  first.receive([](const session&) {}, [](caf::error&) { FAIL(); });
  second.receive([](const session&) {}, [](caf::error&) { FAIL(); });
  EXPECT_EQ(notes, 1u);
  self->send_exit(busy, caf::exit_reason::user_shutdown);
  self->send_exit(other_ledger, caf::exit_reason::user_shutdown);
  run();
}

TEST_F(session_registry_test, ends_a_session_at_once) {
  auto opened = portal_session();
  auto before = epoch->load();
  ASSERT_TRUE(ask<removed>(registry, end_session{sha256(opened.secret), acme, {}}));
  EXPECT_GT(epoch->load(), before);
  auto found = find(opened.secret);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, errc::unauthorized);
}

TEST_F(session_registry_test, ends_the_sessions_of_an_admin_with_a_new_password) {
  put_known_password();
  auto in = enter(good_password);
  ASSERT_TRUE(in);
  auto before = epoch->load();
  ASSERT_TRUE(ask<password_set>(desk, set_password{"ops", new_password, {}}));
  EXPECT_GT(epoch->load(), before);
  EXPECT_FALSE(find(in->opened.secret));
}

TEST_F(session_registry_test, lets_nobody_in_by_a_password_that_is_being_replaced) {
  put_known_password();
  auto changed = self->request(desk, caf::infinite, set_password{"ops", new_password, {}});
  auto entered
    = self->request(desk, caf::infinite, sign_in{"ops", good_password, "192.0.2.1", "req"});
  run();
  changed.receive([](const password_set&) {}, [](caf::error&) { FAIL(); });
  entered.receive([](const sign_in_result&) { FAIL() << "by the old password"; },
                  [](caf::error& fault) { EXPECT_EQ(to_failure(fault).code, errc::unauthorized); });
  EXPECT_TRUE(enter(new_password));
}

TEST_F(session_registry_test, ends_also_while_a_password_is_being_stored) {
  auto changed = self->request(desk, caf::infinite, set_password{"ops", new_password, {}});
  // The desk asks the ledger, which finds its end right behind the question.
  scheduler().run_once();
  self->send_exit(ledger, caf::exit_reason::user_shutdown);
  self->send_exit(desk, caf::exit_reason::user_shutdown);
  run();
  ASSERT_FALSE(self->mailbox().empty()) << "the desk waits for ever";
  changed.receive([](const password_set&) { FAIL(); },
                  [](caf::error& why) { EXPECT_EQ(to_failure(why).code, errc::shutting_down); });
  self->wait_for(desk);
}

TEST_F(session_registry_test, lets_nobody_into_a_closed_portal) {
  auto opened = portal_session();
  auto link = ask<portal_link_created>(registry, create_portal_link{"acme", {}});
  store(acme, false, 1);
  EXPECT_FALSE(find(opened.secret));
  auto entered = ask<session_opened>(registry, enter_portal{link->code, ""});
  ASSERT_FALSE(entered);
  EXPECT_EQ(entered.error().code, errc::not_found);
  auto no_link = ask<portal_link_created>(registry, create_portal_link{"acme", {}});
  ASSERT_FALSE(no_link);
  EXPECT_EQ(no_link.error().code, errc::conflict);
  // Nor does opening it again let those in who were put out.
  store(acme, true, 2);
  EXPECT_FALSE(find(opened.secret));
  EXPECT_FALSE(ask<session_opened>(registry, enter_portal{link->code, ""}));
  auto anew = portal_session();
  EXPECT_TRUE(find(anew.secret));
  store(acme, true, 3);
  EXPECT_TRUE(find(anew.secret)) << "only closing the portal ends sessions";
}

TEST_F(session_registry_test, takes_a_link_once_and_in_time) {
  auto link = ask<portal_link_created>(registry, create_portal_link{"acme", {}});
  ASSERT_TRUE(link);
  EXPECT_TRUE(ask<session_opened>(registry, enter_portal{link->code, ""}));
  EXPECT_FALSE(ask<session_opened>(registry, enter_portal{link->code, ""}));
  auto late = ask<portal_link_created>(registry, create_portal_link{"acme", {}});
  advance(portal_link_lifetime);
  EXPECT_FALSE(ask<session_opened>(registry, enter_portal{late->code, ""}));
}

TEST_F(session_registry_test, writes_who_came_in_and_what_was_made_in_the_audit_log) {
  portal_session();
  auto tx = *env->read();
  auto log = storage::audit_repository{tx}.list({}, {})->entries;
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].action, "portal-link.redeem");
  EXPECT_EQ(log[0].by.kind, author_kind::customer);
  EXPECT_EQ(log[0].by.id, "acme");
  EXPECT_EQ(log[1].action, "portal-link.create");
}

TEST_F(session_registry_test, notes_a_use_later_that_could_not_be_noted) {
  auto opened = portal_session();
  size_t notes = 0;
  fake_ledger failing;
  failing.on_command = [&notes](const apply_command&) -> caf::result<command_result> {
    if (++notes == 1)
      return to_error(fail(errc::storage_full, "no room"));
    return command_result{};
  };
  auto other_ledger = spawn_fake_ledger(system, failing);
  auto other
    = system.spawn(session_registry, registry_options{env, other_ledger, now(), board, epoch});
  for (size_t n = 1; n <= 2; ++n) {
    advance(1min);
    EXPECT_TRUE(ask<session>(other, find_session{sha256(opened.secret)}));
    EXPECT_EQ(notes, n);
  }
  self->send_exit(other, caf::exit_reason::user_shutdown);
  self->send_exit(other_ledger, caf::exit_reason::user_shutdown);
  run();
}

TEST_F(session_registry_test, lets_only_so_many_wait_for_their_sign_in) {
  // Nobody has this name, which costs no scrypt.
  auto knock = [this] {
    return self->request(desk, caf::infinite, sign_in{"", good_password, "192.0.2.1", "req"});
  };
  std::vector<decltype(knock())> callers;
  for (int i = 0; i < 40; ++i)
    callers.push_back(knock());
  run();
  // Those behind whom more than 32 wait.
  size_t overloaded = 0;
  for (auto& x : callers)
    x.receive(
      [](const sign_in_result&) {},
      [&](caf::error& fault) { overloaded += to_failure(fault).code == errc::overloaded ? 1 : 0; });
  EXPECT_EQ(overloaded, 7u);
}

} // namespace

} // namespace tocsin
