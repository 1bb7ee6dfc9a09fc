#pragma once

#include "messages/channel.hpp"
#include "messages/failure.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/timestamp.hpp"

namespace tocsin {

/// Puts the new secret into the settings of `x`, its predecessor beside it for the time of grace
/// that begins at `now`. The answer's revision is not known yet.
/// Errors: invalid_argument, by pointers into the API's request, where `x` is no webhook, the grace
/// is too long or the secret is the one that is in use; internal_error without randomness.
expected<secret_rotated> replace_secret(channel& x, const rotate_secret& wish, timestamp now);

} // namespace tocsin
