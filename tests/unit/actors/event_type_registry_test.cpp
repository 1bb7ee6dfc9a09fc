#include "actors/registry/event_type_registry.hpp"
#include "storage/repositories/audit_repository.hpp"
#include "tests/unit/actors/registry_fixture.hpp"

namespace tocsin {

namespace {

using namespace std::chrono_literals;

class event_type_registry_test : public registry_fixture {
protected:
  event_type_registry_test() {
    registry = system.spawn(event_type_registry, registry_options{env, ledger, now(), board});
    run();
  }

  ~event_type_registry_test() override {
    self->send_exit(registry, caf::exit_reason::user_shutdown);
    run();
    publish_custom_event_types({});
  }

  static custom_event_type overdue(uint64_t revision = 0) {
    return {"invoice.overdue", true, event_severity::error, "Invoice overdue", {}, {}, revision};
  }

  expected<custom_event_type> save(const custom_event_type& x) {
    return ask<custom_event_type>(registry,
                                  save_event_type{x, {author_kind::admin, "ops", "", "req-7"}});
  }

  expected<removed> discard(const std::string& name) {
    return ask<removed>(registry, discard_event_type{name, std::nullopt, {}});
  }

  event_type_registry_actor registry;
};

TEST_F(event_type_registry_test, adds_a_type_that_counts_at_once) {
  auto made = save(overdue());
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->revision, 1u);
  auto* known = find_event_type("invoice.overdue");
  ASSERT_NE(known, nullptr);
  EXPECT_EQ(known->severity, event_severity::error);
  auto tx = *env->read();
  auto log = storage::audit_repository{tx}.list({}, {250, ""});
  ASSERT_TRUE(log);
  EXPECT_EQ(log->entries.front().action, "event-type.create");
  EXPECT_EQ(log->entries.front().object, "event-type/invoice.overdue");
}

TEST_F(event_type_registry_test, changes_and_removes_it) {
  save(overdue());
  auto changed = overdue(1);
  changed.title = "Unpaid";
  EXPECT_EQ(save(changed)->revision, 2u);
  EXPECT_EQ(find_event_type("invoice.overdue")->title, "Unpaid");
  EXPECT_EQ(save(changed).error().code, errc::revision_mismatch);
  ASSERT_TRUE(discard("invoice.overdue"));
  EXPECT_EQ(find_event_type("invoice.overdue"), nullptr);
  EXPECT_EQ(discard("invoice.overdue").error().code, errc::not_found);
}

TEST_F(event_type_registry_test, leaves_the_types_alone_that_are_always_there) {
  auto x = overdue();
  x.name = "deploy.failure";
  EXPECT_EQ(save(x).error().code, errc::already_exists);
  EXPECT_EQ(discard("deploy.failure").error().code, errc::conflict);
  auto found = ask<custom_event_type>(registry, find_custom_event_type{"deploy.failure"});
  EXPECT_EQ(found.error().code, errc::conflict);
}

TEST_F(event_type_registry_test, refuses_names_that_are_reserved_or_none) {
  for (auto name : {"channel.parked", "channel.x", "test", "A", ""}) {
    auto x = overdue();
    x.name = name;
    x.title = " ";
    auto refused = save(x);
    ASSERT_FALSE(refused) << name;
    ASSERT_EQ(refused.error().fields.size(), 2u) << name;
    EXPECT_EQ(refused.error().fields[0].pointer, "/type");
    EXPECT_EQ(refused.error().fields[1].pointer, "/title");
  }
}

TEST_F(event_type_registry_test, keeps_the_catalogue_readable_for_people) {
  for (size_t i = 0; i < max_custom_event_types; ++i) {
    auto x = overdue();
    x.name += std::to_string(i);
    ASSERT_TRUE(save(x)) << i;
  }
  auto refused = save(overdue());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).code, "too_many");
}

TEST_F(event_type_registry_test, publishes_what_is_stored_late) {
  auto pending = self->request(registry, caf::infinite, save_event_type{overdue(), {}});
  // The registry has asked the ledger, which does not come to it for long.
  ASSERT_TRUE(scheduler().try_run_once());
  scheduler().advance_time(1h);
  run();
  pending.receive([](const custom_event_type& x) { EXPECT_EQ(x.revision, 1u); },
                  [](const caf::error& x) { ADD_FAILURE() << to_failure(x).detail; });
  EXPECT_NE(find_event_type("invoice.overdue"), nullptr);
}

TEST_F(event_type_registry_test, publishes_what_is_stored_at_a_start) {
  save(overdue());
  publish_custom_event_types({});
  ASSERT_TRUE(publish_stored_event_types(*env));
  EXPECT_NE(find_event_type("invoice.overdue"), nullptr);
}

} // namespace

} // namespace tocsin
