#pragma once

#include "messages/protocol/failure.hpp"
#include "messages/token.hpp"

#include <caf/typed_actor.hpp>

namespace tocsin {

/// Finds the token whose text has this digest.
struct find_token {
  sha256_digest digest{};
};

/// Knows who may call the API. Errors: unauthorized (no such token).
using token_registry_actor = caf::typed_actor<caf::replies_to<find_token>::with<token>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_token)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::token)
