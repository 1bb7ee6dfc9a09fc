#include "gate/desk.hpp"

#include <utility>

namespace tocsin::gate {

namespace {

/// A full queue before the ledger is empty again after a few commits.
constexpr uint32_t overload_wait_ms = 100;

/// A part of the service, or all of it, is restarting.
constexpr uint32_t restart_wait_ms = 500;

} // namespace

uint32_t wait_ms_after(errc code) {
  switch (code) {
  case errc::overloaded: return overload_wait_ms;
  case errc::unavailable:
  case errc::shutting_down: return restart_wait_ms;
  default: return 0;
  }
}

void desk_state::on_put(const inquiry_ptr& x) {
  auto refuse = [this, x](const caf::error& why) { gather_refusal(x, why); };
  // Nobody keeps the time here: the peer does, and CAF holds the timer of each request until it
  // fires, answered or not.
  if (auto* events = std::get_if<submit_events>(&x->question))
    self->request(actors.ingress, caf::infinite, std::move(*events))
      .then(
        [this, x](const events_accepted& reply) {
          x->answer_kind = link::frame_kind::accepted;
          x->answer = link::to_wire(x->number, reply);
          gather(x);
        },
        refuse);
  else
    self->request(actors.stats, caf::infinite, collect_stats{})
      .then(
        [this, x](const node_stats& reply) {
          x->answer_kind = link::frame_kind::stats;
          x->answer = link::to_wire(x->number, reply);
          gather(x);
        },
        refuse);
}

void desk_state::gather_refusal(const inquiry_ptr& x, const caf::error& why) {
  auto reason = to_failure(why);
  auto wait = wait_ms_after(reason.code);
  x->answer_kind = link::frame_kind::refused;
  x->answer = link::to_payload({x->number, std::move(reason), wait});
  gather(x);
}

void desk_state::gather(const inquiry_ptr& x) {
  if (ready.empty())
    // It queues behind everything that has come in by now, so a batch forms without a timer.
    self->send(self, flush_answers{});
  ready.push_back(x);
}

void desk_state::on_flush() {
  post(std::exchange(ready, {}));
}

desk_actor::behavior_type desk(desk_actor::stateful_pointer<desk_state> self, const backend& actors,
                               const answer_post& post) {
  auto& state = self->state;
  state.self = self;
  state.actors = actors;
  state.post = post;
  return {
    [self](const put_inquiry& msg) { self->state.on_put(msg.value); },
    [self](flush_answers) { self->state.on_flush(); },
  };
}

} // namespace tocsin::gate
