#pragma once

#include "messages/page.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/recipient.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>

namespace tocsin {

/// Stores a recipient: a new one with revision 0, else in place of the revision it names.
struct save_recipient {
  recipient value;
  author by = {};
};

struct find_recipient {
  recipient_id id;
};

struct list_recipients {
  recipient_kind kind = recipient_kind::admin;
  page_request page;
};

struct discard_recipient {
  recipient_id id;
  std::optional<uint64_t> expected_revision;
  author by = {};
};

/// Stores a preference in place of the revision it names (0 while there is none yet).
struct save_preference {
  preference value;
  author by = {};
};

/// Finds a recipient's preference; one that was never saved lets everything through.
struct find_preference {
  recipient_id recipient;
};

/// The one place to configure admins, customers and their preferences.
/// Errors: invalid_argument with field errors, not_found, already_exists, revision_mismatch.
using recipient_registry_actor
  = caf::typed_actor<caf::replies_to<save_recipient>::with<recipient>,
                     caf::replies_to<find_recipient>::with<recipient>,
                     caf::replies_to<list_recipients>::with<page<recipient>>,
                     caf::replies_to<discard_recipient>::with<removed>,
                     caf::replies_to<save_preference>::with<preference>,
                     caf::replies_to<find_preference>::with<preference>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::recipient)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::preference)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::recipient>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::save_recipient)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_recipient)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_recipients)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::discard_recipient)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::save_preference)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_preference)
