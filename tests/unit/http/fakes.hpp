#pragma once

#include "tests/unit/http/fake_backend.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace tocsin::http {

using world_ptr = std::shared_ptr<fake_world>;

// The configuration.
channel_registry_actor::behavior_type fake_channels(world_ptr world);
recipient_registry_actor::behavior_type fake_recipients(world_ptr world);
event_type_registry_actor::behavior_type fake_event_types(world_ptr world);

// What has happened, and what an operator does about it.
delivery_log_actor::behavior_type fake_deliveries(world_ptr world);
delivery_control_actor::behavior_type fake_control(world_ptr world);
dead_letters_actor::behavior_type fake_dead_letters(world_ptr world);

/// Those who wait for the next move.
struct held_readers {
  std::vector<std::pair<caf::typed_response_promise<deliveries_moved>, uint64_t>> held;
  std::set<uint64_t> gone;
};

delivery_feed_actor::behavior_type
fake_feed(delivery_feed_actor::stateful_pointer<held_readers> self, world_ptr world);

// Who may call, and who changed what.
token_registry_actor::behavior_type fake_tokens(world_ptr world);
audit_log_actor::behavior_type fake_audit(world_ptr world);
session_registry_actor::behavior_type fake_sessions(world_ptr world);
sign_in_desk_actor::behavior_type fake_sign_in(world_ptr world);

/// How the message of an event type looks.
channel_preview previewed(const std::string& type);

} // namespace tocsin::http
