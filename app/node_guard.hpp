#pragma once

#include <caf/actor.hpp>
#include <caf/actor_addr.hpp>
#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tocsin::app {

/// Tells the guard that the actors it watches end on purpose from now on.
struct stand_down {};

/// Makes the guard watch one more, which has this name for people.
struct watch_actor {
  caf::actor value;
  std::string name;
};

using node_guard_actor = caf::typed_actor<caf::reacts_to<watch_actor>, caf::reacts_to<stand_down>>;

/// Watches the actors that there is one of per node. Should one die, or the guard itself,
/// `on_fatal` is called with its name and the reason: the node is then stopped and restarted,
/// and takes up everything from storage.
struct node_guard_state {
  static inline const char* name = "tocsin.node-guard";

  std::function<void(const std::string&)> on_fatal;
  std::map<caf::actor_addr, std::string> names;
};

node_guard_actor::behavior_type
node_guard(node_guard_actor::stateful_pointer<node_guard_state> self,
           const std::vector<watch_actor>& watched,
           const std::function<void(const std::string&)>& on_fatal);

} // namespace tocsin::app

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::app::watch_actor)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::app::stand_down)
