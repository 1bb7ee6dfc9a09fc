#include "app/node_guard.hpp"

#include "messages/protocol/failure.hpp"

#include <caf/exit_reason.hpp>
#include <fmt/format.h>

namespace tocsin::app {

namespace {

/// Why an actor ended, in words: CAF cannot print a failure of ours.
std::string reason_of(const caf::down_msg& down) {
  if (down.reason.category() != caf::atom("tocsin"))
    return caf::to_string(down.reason);
  auto why = to_failure(down.reason);
  return fmt::format("{}: {}", to_string(why.code), why.detail);
}

} // namespace

node_guard_actor::behavior_type
node_guard(node_guard_actor::stateful_pointer<node_guard_state> self,
           const std::vector<watch_actor>& watched,
           const std::function<void(const std::string&)>& on_fatal) {
  self->state.on_fatal = on_fatal;
  self->attach_functor([on_fatal](const caf::error& reason) {
    if (reason && reason != caf::exit_reason::user_shutdown)
      on_fatal(fmt::format("{} ended: {}", node_guard_state::name, caf::to_string(reason)));
  });
  self->set_down_handler([self](const caf::down_msg& down) {
    auto& state = self->state;
    if (state.on_fatal)
      state.on_fatal(fmt::format("{} ended: {}", state.names[down.source], reason_of(down)));
  });
  auto watch = [self](const watch_actor& x) {
    self->state.names[x.value.address()] = x.name;
    self->monitor(x.value);
  };
  for (auto& x : watched)
    watch(x);
  return {watch, [self](const stand_down&) { self->state.on_fatal = nullptr; }};
}

} // namespace tocsin::app
