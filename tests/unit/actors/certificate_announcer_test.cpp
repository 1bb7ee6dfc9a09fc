#include "actors/announcing/certificate_announcer.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/actor_fixture.hpp"

#include <gmock/gmock.h>

#include <optional>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// It is 2026-03-29T12:00:00Z.
class certificate_announcer_test : public actor_fixture {
protected:
  certificate_announcer_test() {
    router
      = system.spawn([this](trigger_router_actor::pointer) -> trigger_router_actor::behavior_type {
          return {[this](route_submission& msg) -> caf::result<events_accepted> {
                    announced.push_back(msg.baton->events.at(0));
                    if (refusal)
                      return to_error(*refusal);
                    return events_accepted{};
                  },
                  [](const configuration_changed&) {}};
        });
    announcer = system.spawn(certificate_announcer, router, now(), board);
    run();
  }

  ~certificate_announcer_test() override {
    self->send_exit(router, caf::exit_reason::user_shutdown);
    self->send_exit(announcer, caf::exit_reason::user_shutdown);
    run();
  }

  void see(const std::vector<certificate_stats>& all) {
    self->send(announcer, certificates_seen{all});
    run();
  }

  static certificate_stats shop(const std::string& expires_at) {
    return {"panel", "tocsin://panel/shop", "sha256:0a", expires_at, 2};
  }

  std::vector<submitted_event> announced;
  std::optional<failure> refusal;
  trigger_router_actor router;
  certificate_announcer_actor announcer;
};

TEST_F(certificate_announcer_test, warns_within_seven_days_and_not_before) {
  see({shop("2026-04-05T12:00:01Z"),
       {"own", "tocsin://node/one", "sha256:0b", "2026-04-05T12:00:00Z", 0}});
  ASSERT_EQ(announced.size(), 1u);
  auto& x = announced[0].value;
  EXPECT_EQ(x.type, "ssl.expiring");
  EXPECT_EQ(x.customer, "");
  EXPECT_EQ(x.timestamp, "2026-03-29T12:00:00Z");
  EXPECT_THAT(x.message, testing::HasSubstr("tocsin://node/one (own)"));
  EXPECT_THAT(x.message, testing::HasSubstr("2026-04-05T12:00:00Z"));
  EXPECT_THAT(x.details, testing::HasSubstr("\"fingerprint\":\"sha256:0b\""));
}

TEST_F(certificate_announcer_test, warns_once_a_day_however_often_a_peer_comes_and_goes) {
  auto x = shop("2026-04-01T00:00:00Z");
  for (int i = 0; i < 3; ++i) {
    see({x});
    see({});
  }
  see({x});
  EXPECT_EQ(announced.size(), 1u);
  for (int hour = 0; hour < 12; ++hour)
    advance(1h);
  ASSERT_EQ(announced.size(), 2u);
  EXPECT_EQ(announced[0].idempotency_key, "own ssl.expiring/sha256:0a/2026-03-29T00:00:00Z");
  EXPECT_EQ(announced[1].idempotency_key, "own ssl.expiring/sha256:0a/2026-03-30T00:00:00Z");
}

TEST_F(certificate_announcer_test, notices_by_itself_that_the_term_begins) {
  see({shop("2026-04-05T14:30:00Z")});
  advance(1h);
  advance(1h);
  EXPECT_EQ(announced.size(), 0u);
  advance(1h);
  EXPECT_EQ(announced.size(), 1u);
}

TEST_F(certificate_announcer_test, warns_of_what_has_expired_too) {
  see({shop("2026-03-28T00:00:00Z")});
  EXPECT_EQ(announced.size(), 1u);
}

TEST_F(certificate_announcer_test, tries_again_what_was_not_taken) {
  refusal = fail(errc::storage_full, "the disk is full");
  see({shop("2026-04-01T00:00:00Z")});
  refusal.reset();
  advance(10s);
  EXPECT_EQ(announced.size(), 2u);
  advance(10s);
  EXPECT_EQ(announced.size(), 2u);
}

TEST_F(certificate_announcer_test, takes_another_wording_of_today_for_its_own) {
  refusal = fail(errc::idempotency_conflict, "it was accepted with other words");
  see({shop("2026-04-01T00:00:00Z")});
  advance(10s);
  EXPECT_EQ(announced.size(), 1u);
}

TEST_F(certificate_announcer_test, shows_all_certificates_in_the_stats) {
  auto x = shop("2030-01-01T00:00:00Z");
  see({x});
  EXPECT_THAT(board->certificates(), testing::ElementsAre(x));
  see({});
  EXPECT_THAT(board->certificates(), testing::IsEmpty());
}

} // namespace

} // namespace tocsin
