#include "actors/registry/channel_registry.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/unit/actors/fake_ledger.hpp"

#include <gmock/gmock.h>

namespace tocsin {

namespace {

/// The registry before a ledger that stores nothing.
class channel_registry_test : public actor_fixture {
protected:
  channel_registry_test() {
    auto access = std::make_shared<const channel_access>(env, nullptr, outbound_options{});
    ledger = spawn_fake_ledger(system, {});
    registry = system.spawn(channel_registry, registry_options{access, ledger, {}, now(), board});
  }

  ~channel_registry_test() override {
    self->send_exit(registry, caf::exit_reason::user_shutdown);
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  delivery_ledger_actor ledger;
  channel_registry_actor registry;
};

TEST_F(channel_registry_test, names_a_wrong_address_of_a_trigger_by_an_escaped_pointer) {
  channel_draft draft;
  draft.owner = {recipient_kind::admin, "ops"};
  draft.name = "mails";
  draft.type = channel_type::email;
  draft.settings = R"({"host":"192.0.2.1","from":"a@example.com","to":["b@example.com"]})";
  draft.triggers["deploy/~"].to = {"c@example.com", "nobody"};
  auto refused = ask<channel_view>(registry, create_channel{draft});
  ASSERT_FALSE(refused);
  std::vector<std::string> faults;
  for (auto& each : refused.error().fields)
    faults.push_back(each.pointer + ' ' + each.code);
  EXPECT_THAT(faults, testing::ElementsAre("/triggers/deploy~1~0 unknown_event_type",
                                           "/triggers/deploy~1~0/to/1 wrong_format"));
}

} // namespace

} // namespace tocsin
