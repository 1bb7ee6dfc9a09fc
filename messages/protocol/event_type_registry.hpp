#pragma once

#include "messages/author.hpp"
#include "messages/custom_event_type.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/protocol/failure.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace tocsin {

/// Stores an event type of the operator's own: a new one with revision 0, else in place of the
/// revision it names.
struct save_event_type {
  custom_event_type value;
  author by = {};
};

/// Finds an event type of the operator's own. Errors besides: conflict (it is one that is always
/// there).
struct find_custom_event_type {
  std::string name;
};

/// Removes an event type of the operator's own. Errors besides: conflict, as above.
struct discard_event_type {
  std::string name;
  std::optional<uint64_t> expected_revision;
  author by = {};
};

/// The one place to extend the catalogue of event types. Once it has answered, all of this process
/// go by the change.
/// Errors: invalid_argument with field errors, not_found, already_exists, revision_mismatch.
using event_type_registry_actor
  = caf::typed_actor<caf::replies_to<save_event_type>::with<custom_event_type>,
                     caf::replies_to<find_custom_event_type>::with<custom_event_type>,
                     caf::replies_to<discard_event_type>::with<removed>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::custom_event_type)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::save_event_type)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_custom_event_type)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::discard_event_type)
