#include "tests/unit/http/fake_backend.hpp"

#include "tests/unit/http/fakes.hpp"

#include <caf/send.hpp>

namespace tocsin::http {

namespace {

events_accepted accept_all(const submit_events& msg) {
  events_accepted result;
  for (size_t i = 0; i < msg.events.size(); ++i)
    result.receipts.push_back({"event-" + std::to_string(i), 2, msg.events[i].id == "again"});
  return result;
}

struct held_submissions {
  std::vector<std::pair<caf::typed_response_promise<events_accepted>, submit_events>> held;
};

fake_ingress_actor::behavior_type
fake_ingress(fake_ingress_actor::stateful_pointer<held_submissions> self, world_ptr world) {
  return {
    [=](const submit_events& msg) -> caf::result<events_accepted> {
      std::lock_guard lock{world->guard};
      world->submitted.push_back(msg);
      world->was_submitted.notify_all();
      if (world->mode == fake_world::ingress_mode::refuse)
        return to_error(world->refusal);
      if (world->mode == fake_world::ingress_mode::accept)
        return accept_all(msg);
      auto promise = self->make_response_promise<events_accepted>();
      self->state.held.emplace_back(promise, msg);
      return promise;
    },
    [=](release_held) {
      for (auto& [promise, msg] : self->state.held)
        promise.deliver(accept_all(msg));
      self->state.held.clear();
    },
  };
}

event_explainer_actor::behavior_type fake_explainer(world_ptr world) {
  return {
    [=](const explain_event& msg) -> caf::result<event_explanation> {
      std::lock_guard lock{world->guard};
      world->questions.push_back(msg);
      if (msg.value.type == "unheard.of")
        return to_error(fail(errc::unknown_event_type, "the event is not valid"));
      return world->explanation;
    },
  };
}

stats_actor::behavior_type fake_stats() {
  return {
    [](const collect_stats&) {
      using namespace std::chrono_literals;
      node_stats result{"0.1.0",
                        7,
                        {{"tocsin.ingress", 1, 2, 3, 4, 5}},
                        {{"01A", "ops", "slack"}},
                        {{"own", "one", "sha256:0f", "2026-04-03T10:00:00Z", 0}}};
      result.storage = {10, 20, 30, 7, 3, 50, 13, {{"events", 4}, {"deliveries", 5}}, {}, {}};
      result.storage.last_hour = growth_stats{from_unix_ms(0), -2, -48};
      result.retention = {1h, 2h, 9};
      author by{author_kind::admin, "ops", "", ""};
      result.pause = delivery_pause{from_unix_ms(1000), from_unix_ms(2000), "", by};
      return result;
    },
  };
}

metrics_actor::behavior_type fake_metrics() {
  return {
    [](const collect_metrics& msg) {
      node_metrics result;
      result.version = "0.1.0";
      result.actors = {{"tocsin.ingress", 1, 2, 3, 4, 5}};
      if (msg.each_channel)
        result.channels = {{channel_id{},
                            {recipient_kind::admin, "admin"},
                            "ops",
                            channel_type::slack,
                            channel_condition::active,
                            {1, 2, 3},
                            4}};
      return result;
    },
  };
}

} // namespace

fake_backend::fake_backend(caf::actor_system& system) : ingress(system.spawn(fake_ingress, world)) {
  world->tokens = {{"all", every_scope}, {"sender", 1}, {"reader", 2}, {"writer", 4}, {"seer", 18}};
  recipient admin;
  admin.id = {recipient_kind::admin, "admin"};
  admin.display_name = "Admin";
  admin.revision = 1;
  world->recipients[admin.id] = admin;
  actors.ingress = ingress;
  actors.explainer = system.spawn(fake_explainer, world);
  actors.channels = system.spawn(fake_channels, world);
  actors.recipients = system.spawn(fake_recipients, world);
  actors.event_types = system.spawn(fake_event_types, world);
  actors.deliveries = system.spawn(fake_deliveries, world);
  actors.feed = system.spawn(fake_feed, world);
  actors.control = system.spawn(fake_control, world);
  actors.dead_letters = system.spawn(fake_dead_letters, world);
  actors.tokens = system.spawn(fake_tokens, world);
  actors.audit = system.spawn(fake_audit, world);
  actors.sessions = system.spawn(fake_sessions, world);
  actors.sign_in = system.spawn(fake_sign_in, world);
  actors.stats = system.spawn(fake_stats);
  actors.metrics = system.spawn(fake_metrics);
}

// What ingress and the feed hold refers to them, so they would never end by themselves.
fake_backend::~fake_backend() {
  caf::anon_send_exit(ingress, caf::exit_reason::kill);
  caf::anon_send_exit(actors.feed, caf::exit_reason::kill);
}

bool fake_world::wait_for_submissions(size_t count) {
  std::unique_lock lock{guard};
  return was_submitted.wait_for(lock, std::chrono::seconds{20},
                                [this, count] { return submitted.size() >= count; });
}

} // namespace tocsin::http
