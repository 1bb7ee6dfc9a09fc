#include "app/pki/authority.hpp"
#include "client/connect.hpp"
#include "messages/protocol/failure.hpp"
#include "tests/support/running_service.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/scoped_actor.hpp>
#include <caf/send.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// A panel before a whole service that submits under idempotency keys.
class keyed_submission : public testing::Test {
protected:
  keyed_submission() {
    auto node = authority_.issue({pki::holder::node, "one", {"127.0.0.1"}}).value();
    auto panel = authority_.issue({pki::holder::panel, "shop", {}}).value();
    app::config settings;
    settings.gate.enabled = true;
    settings.gate.listen = {"127.0.0.1", 0};
    settings.gate.authority_file = authority_.certificate_path();
    settings.gate.certificate_file = node.certificate;
    settings.gate.key_file = node.key;
    settings.gate.panels = panel.name;
    service_ = std::make_unique<running_service>(settings);
    settings_.nodes = {{"127.0.0.1", service_->gate_port(), {}}};
    settings_.files = {authority_.certificate_path(), {}, panel.certificate, panel.key};
    panel_ = client::connect(system_, settings_).value();
  }

  ~keyed_submission() override { caf::anon_send_exit(panel_, caf::exit_reason::user_shutdown); }

  /// Submits `count` events without ids under `key`, which say `message`.
  expected<events_accepted> submit(size_t count, const std::string& key,
                                   const std::string& message = "it broke") {
    submit_events what;
    what.events.assign(count, {"", "deploy.failure", "shop", "", "", message, ""});
    what.idempotency_key = key;
    caf::scoped_actor self{system_};
    expected<events_accepted> result{events_accepted{}};
    self->request(panel_, 30s, std::move(what))
      .receive([&](events_accepted& x) { result = std::move(x); },
               [&](const caf::error& x) { result = to_failure(x); });
    return result;
  }

  temporary_directory directory_;
  pki::authority authority_ = pki::authority::init(directory_.path() / "pki").value();
  std::unique_ptr<running_service> service_;
  caf::actor_system_config config_;
  caf::actor_system system_{config_};
  client::config settings_;
  client::node_actor panel_;
};

TEST_F(keyed_submission, that_comes_again_is_answered_as_the_duplicate_that_it_is) {
  for (size_t count : {1u, 3u}) {
    auto key = "k" + std::to_string(count);
    auto first = submit(count, key);
    ASSERT_TRUE(first) << first.error().detail;
    auto again = submit(count, key);
    ASSERT_TRUE(again) << again.error().detail;
    ASSERT_EQ(again->receipts.size(), count);
    for (size_t i = 0; i < count; ++i) {
      EXPECT_FALSE(first->receipts[i].duplicate);
      EXPECT_TRUE(again->receipts[i].duplicate);
      EXPECT_EQ(again->receipts[i].id, first->receipts[i].id);
    }
  }
}

TEST_F(keyed_submission, of_other_events_under_the_same_key_is_refused) {
  ASSERT_TRUE(submit(2, "k"));
  EXPECT_EQ(submit(2, "k", "another").error().code, errc::idempotency_conflict);
  EXPECT_EQ(submit(1, "k").error().code, errc::idempotency_conflict);
  EXPECT_TRUE(submit(2, "other"));
}

TEST_F(keyed_submission, of_the_same_events_under_another_key_is_another) {
  auto first = submit(2, "one");
  ASSERT_TRUE(first) << first.error().detail;
  auto second = submit(2, "two");
  ASSERT_TRUE(second) << second.error().detail;
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_NE(second->receipts.at(i).id, first->receipts.at(i).id);
    EXPECT_FALSE(second->receipts[i].duplicate);
  }
}

} // namespace

} // namespace tocsin
