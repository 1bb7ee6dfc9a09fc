#pragma once

#include "actors/ledger/delivery_ledger.hpp"
#include "storage/engine/codec.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "tests/support/actor_fixture.hpp"

#include <caf/send.hpp>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace tocsin {

/// The ledger with a supervisor and a channel actor that only keep what they are told.
class ledger_fixture : public actor_fixture {
protected:
  ledger_fixture() {
    apply_now(
      put_recipient{{{recipient_kind::admin, "ops"}, "Ops", {}, false, *wall, *wall, 0}, 0});
    channel = add_channel("one");
    start_ledger();
  }

  ~ledger_fixture() override {
    for (auto& x : workers)
      self->send_exit(x, caf::exit_reason::user_shutdown);
    stop_ledger();
  }

  void start_ledger() {
    supervisor = system.spawn(
      [this](channel_supervisor_actor::pointer) -> channel_supervisor_actor::behavior_type {
        return {[this](const channel_needed& msg) { needed.push_back(msg.channel); },
                [this](const configuration_changed& msg) { changes.push_back(msg); },
                [](const drain_channels&) { return channels_drained{}; }};
      });
    ledger_options options{.storage = env,
                           .now = now(),
                           .board = board,
                           .retention = std::chrono::hours{24},
                           .has_room = has_room,
                           .report = [this](const std::string& what) { reports.push_back(what); },
                           .report_recovery
                           = [this](const std::string& what) { recoveries.push_back(what); },
                           .steady_now = steady_now(),
                           .pauses = pauses,
                           .growth = growth,
                           .longest_attempt_wait = longest_attempt_wait};
    ledger = system.spawn(delivery_ledger, options);
    caf::anon_send(ledger, subscribe_changes{supervisor});
    caf::anon_send(ledger, start_deliveries{supervisor});
    run();
  }

  void stop_ledger() {
    self->send_exit(ledger, caf::exit_reason::user_shutdown);
    self->send_exit(supervisor, caf::exit_reason::user_shutdown);
    run();
  }

  channel_id add_channel(const std::string& name) {
    tocsin::channel x;
    x.id = channel_id{ids.next(1)};
    x.owner = {recipient_kind::admin, "ops"};
    x.name = name;
    apply_now(put_channel{x, "sealed", 0});
    return x.id;
  }

  /// A channel actor that takes up to `credit` deliveries at once, into `handed`.
  channel_actor open(uint32_t credit, bool claims = false) {
    auto worker = system.spawn([this](channel_actor::pointer) -> channel_actor::behavior_type {
      return {[this](deliveries_due& msg) {
                for (auto& x : msg.deliveries)
                  handed.push_back(x);
              },
              [](const replies_ready&) { throw std::runtime_error("crash"); },
              [](const resume_sending&) {}, [](const drain_channel&) {}};
    });
    workers.push_back(worker);
    caf::anon_send(ledger, open_window{channel, worker, credit, claims});
    run();
    return worker;
  }

  submission_ptr submission_of(size_t events, const std::string& id = "") {
    auto baton = std::make_shared<submission>();
    for (size_t i = 0; i < events; ++i) {
      submitted_event x;
      x.value = {id, "deploy.failure", "my-app", "", "2026-03-29T12:00:00Z", "it broke", ""};
      x.deliveries = {{channel, {recipient_kind::admin, "ops"}, "", suppression::none}};
      baton->events.push_back(std::move(x));
    }
    return baton;
  }

  expected<events_accepted> accept(size_t events = 1, const std::string& id = "") {
    return ask<events_accepted>(ledger, accept_submission{submission_of(events, id)});
  }

  void record(const due_delivery& x, delivery_state next, timestamp due_at = {}) {
    attempt made{
      x.id, static_cast<uint16_t>(x.attempts + 1), *wall, std::chrono::milliseconds{5}, {}};
    made.result.kind
      = next == delivery_state::delivered ? outcome_class::delivered : outcome_class::retry;
    caf::anon_send(ledger, record_attempts{channel, {{made, channel, next, due_at, true}}});
    run();
  }

  /// What a channel actor that must not repeat does before it sends.
  expected<command_result> claim(const std::vector<delivery_id>& claimed) {
    return change(claim_deliveries{channel, claimed, *wall});
  }

  delivery_state state_of(delivery_id id) {
    auto tx = *env->read();
    return (**storage::delivery_repository{tx}.find(id)).state;
  }

  /// Puts `value` in place of what is stored under `key`, behind the ledger's back.
  void spoil(storage::database db, storage::byte_view key, storage::byte_view value = "\x01") {
    auto tx = *env->write();
    ASSERT_TRUE(tx.put(db, key, value));
    ASSERT_TRUE(tx.commit());
  }

  /// Puts something that cannot be read in the place of the record `id`.
  void spoil(storage::database db, const ulid& id) { spoil(db, storage::as_key(id), "\xff"); }

  delivery stored(delivery_id id) {
    auto tx = *env->read();
    return **storage::delivery_repository{tx}.find(id);
  }

  expected<command_result> change(const command& x) {
    return ask<command_result>(ledger, apply_command{x, {}});
  }

  ulid_generator ids{7};
  std::shared_ptr<std::atomic<bool>> has_room = std::make_shared<std::atomic<bool>>(true);
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  std::shared_ptr<growth_series> growth = std::make_shared<growth_series>();
  channel_id channel;
  channel_supervisor_actor supervisor;
  delivery_ledger_impl ledger;
  std::vector<channel_actor> workers;
  std::vector<channel_id> needed;
  std::vector<configuration_changed> changes;
  std::vector<due_delivery> handed;
  std::vector<std::string> reports;
  std::vector<std::string> recoveries;
  /// For the next `start_ledger`.
  std::chrono::milliseconds longest_attempt_wait{0};
};

} // namespace tocsin
