#pragma once

#include "actors/delivery/channel_worker.hpp"
#include "tests/support/actor_fixture.hpp"
#include "tests/support/held_transport.hpp"
#include "tests/unit/actors/fake_ledger.hpp"

#include <caf/send.hpp>
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tocsin {

/// How the next attempts end, in turn; the last one stays.
struct reply_script {
  struct verdict {
    outcome_class kind = outcome_class::delivered;
    std::optional<std::chrono::seconds> wait;
  };

  std::deque<verdict> verdicts{{}};
  /// What may be done about each of them.
  channels::remedy cure = channels::remedy::none;
  /// Whether they are refusals that are not believed yet.
  bool is_doubted = false;
  bool render_throws = false;
  /// What the provider wants the settings to be.
  std::string correction;
  /// Of each message that was rendered, whether it was the plain form.
  std::vector<bool> plain;
};

/// Takes what comes of a request for what the script says.
class scripted_adapter : public channels::adapter {
public:
  explicit scripted_adapter(std::shared_ptr<reply_script> plan) : plan_(std::move(plan)) {
    target_->url = "http://127.0.0.1:1/";
  }

protected:
  expected<channels::wire_request> make_request(const channels::render_context& x) const override {
    plan_->plain.push_back(x.plain);
    if (plan_->render_throws && x.event.value.message == "poison")
      throw std::runtime_error("the renderer broke");
    return channels::wire_request{channels::http_request{target_, {}, "body"}};
  }
  channels::verdict classify_reply(const channels::wire_reply&, uint16_t) const override {
    return next();
  }
  channels::verdict classify_fault(const channels::wire_reply&) const override { return next(); }
  std::vector<std::string> secrets() const override { return {}; }

private:
  channels::verdict next() const {
    auto x = plan_->verdicts.front();
    if (plan_->verdicts.size() > 1)
      plan_->verdicts.pop_front();
    channels::verdict result{{x.kind, attempt_stage::connect, x.wait, "code", "text"}};
    result.cure = plan_->cure;
    result.is_doubted = plan_->is_doubted;
    result.settings_patch = plan_->correction;
    return result;
  }

  std::shared_ptr<reply_script> plan_;
  std::shared_ptr<channels::http_target> target_ = std::make_shared<channels::http_target>();
};

/// A channel actor before a ledger that keeps what it is told.
class worker_fixture : public actor_fixture {
protected:
  worker_fixture() {
    value.id = channel_id{ids.next(1)};
    fake_ledger fake;
    fake.on_command = [this](auto& msg) { return take_command(msg); };
    fake.on_attempts = [this](auto& msg) {
      for (auto& x : msg.attempts)
        made.push_back(std::move(x));
    };
    fake.on_open = [this](auto& msg) { windows.push_back(msg.credit); };
    fake.on_resize = [this](auto& msg) { windows.push_back(msg.credit); };
    fake.on_give_back = [this](auto& msg) { given_back.push_back(msg.ids); };
    ledger = spawn_fake_ledger(system, fake);
    worker = spawn_worker();
  }

  ~worker_fixture() override {
    self->send_exit(worker, caf::exit_reason::user_shutdown);
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    run();
  }

  caf::result<command_result> take_command(const apply_command& msg) {
    if (auto claim = std::get_if<claim_deliveries>(&msg.value))
      claims.push_back(claim->ids);
    if (auto release = std::get_if<release_deliveries>(&msg.value))
      released.push_back(release->ids);
    if (refusal)
      return to_error(*refusal);
    if (auto change = std::get_if<put_channel>(&msg.value))
      stored.push_back(change->changed_settings);
    return command_result{};
  }

  channel_actor spawn_worker() {
    channel_worker_options options;
    options.ledger = ledger;
    options.transport = transport;
    options.now = now();
    options.steady_now = steady_now();
    options.board = board;
    options.pauses = pauses;
    options.channels = access;
    auto result = system.spawn(channel_worker, options, value, adapter);
    run();
    return result;
  }

  /// Sends this many due deliveries, and lets nobody look at them yet.
  void send_due(int count, const std::string& message = "it broke") {
    deliveries_due due;
    for (int i = 0; i < count; ++i)
      due.deliveries.push_back({delivery_id{ids.next(2)}, event_with(message), "", 0, *wall});
    caf::anon_send(worker, std::move(due));
  }

  /// Makes one delivery due once more, after this many attempts that counted.
  void give_again(const delivery_id& id, uint16_t attempts) {
    deliveries_due due;
    due.deliveries.push_back({id, event_with("it broke"), "", attempts, *wall});
    caf::anon_send(worker, std::move(due));
    run();
  }

  static std::shared_ptr<const accepted_event> event_with(const std::string& message) {
    auto result = std::make_shared<accepted_event>();
    result->value = {"", "deploy.failure", "my-app", "", "2026-03-29T12:00:00Z", message, ""};
    return result;
  }

  /// Makes this many deliveries due.
  void give(int count, const std::string& message = "it broke") {
    send_due(count, message);
    run();
  }

  /// Lets requests end, and what follows from that begin and end, until this many attempts were
  /// recorded in all.
  void await_attempts(size_t count) {
    while (made.size() < count && transport->refuse_held())
      run();
    ASSERT_EQ(made.size(), count);
  }

  /// Lets all requests that are under way end with `reply`, and what follows from that.
  void answer(const channels::wire_reply& reply) {
    ASSERT_TRUE(transport->complete_held(reply));
    run();
  }

  /// Sees that nothing is under way, so that nothing more can come.
  void expect_rest(size_t count) {
    run();
    EXPECT_EQ(board->channel(value.id)->in_flight, 0u);
    EXPECT_EQ(made.size(), count);
  }

  policy::breaker_state breaker() { return board->channel(value.id)->breaker; }

  ulid_generator ids{7};
  channel value;
  std::shared_ptr<reply_script> plan = std::make_shared<reply_script>();
  std::shared_ptr<const channels::adapter> adapter = std::make_shared<const scripted_adapter>(plan);
  std::shared_ptr<held_transport> transport = std::make_shared<held_transport>();
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  delivery_ledger_actor ledger;
  channel_actor worker;
  std::vector<record_attempt> made;
  std::vector<uint32_t> windows;
  /// What was claimed, and why claims are refused.
  std::vector<std::vector<delivery_id>> claims;
  std::optional<failure> refusal;
  /// What was claimed and not sent, and what is left to a successor.
  std::vector<std::vector<delivery_id>> released;
  std::vector<std::vector<delivery_id>> given_back;
  /// What was changed of the settings, by change.
  std::vector<std::vector<std::string>> stored;
  std::shared_ptr<const channel_access> access;
};

} // namespace tocsin
