#pragma once

#include "messages/failure.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/error.hpp>
#include <caf/make_message.hpp>
#include <caf/result.hpp>

#include <utility>

namespace tocsin {

/// Carries `x` as a `caf::error`, so that it can be the answer of an actor.
caf::error to_error(failure x);

/// Gets the failure back out of `x`. CAF's own errors become `overloaded` (timeout) or
/// `unavailable` (the receiver is down).
failure to_failure(const caf::error& x);

/// What an actor answers with `x`: its value, or its failure as `to_error` carries it.
template <class T>
caf::result<T> to_result(expected<T> x) {
  if (!x)
    return to_error(x.error());
  return std::move(*x);
}

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::failure)
