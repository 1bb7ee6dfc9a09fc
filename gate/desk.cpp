#include "gate/desk.hpp"

#include <iterator>
#include <utility>

namespace tocsin::gate {

namespace {

/// A full queue before the ledger is empty again after a few commits.
constexpr uint32_t overload_wait_ms = 100;

/// A part of the service, or all of it, is restarting.
constexpr uint32_t restart_wait_ms = 500;

/// Channels in one frame: with names as long as they may be a quarter of a megabyte.
constexpr size_t channels_per_frame = 1000;

void answer_with(inquiry& x, node_stats& reply) {
  auto& all = reply.channels;
  auto from = all.begin();
  for (; all.end() - from > static_cast<ptrdiff_t>(channels_per_frame);
       from += channels_per_frame) {
    std::vector<channel_stats> part{std::make_move_iterator(from),
                                    std::make_move_iterator(from + channels_per_frame)};
    x.more_stats.push_back(link::to_wire(x.number, part));
  }
  all.erase(all.begin(), from);
  x.answer_kind = link::frame_kind::stats;
  x.answer = link::to_wire(x.number, reply);
}

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
        [this, x](node_stats& reply) {
          answer_with(*x, reply);
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
