#pragma once

#include "messages/failure.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>

namespace tocsin {

/// Carries `x` as a `caf::error`, so that it can be the answer of an actor.
caf::error to_error(failure x);

/// Gets the failure back out of `x`. CAF's own errors become `overloaded` (timeout) or
/// `unavailable` (the receiver is down).
failure to_failure(const caf::error& x);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::failure)
