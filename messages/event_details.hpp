#pragma once

#include "messages/failure.hpp"

#include <string>
#include <string_view>

namespace tocsin {

/// How deep objects and arrays may nest in a request, those of the request itself included. What
/// is deeper is refused: nobody can read it, and every reader of ours recurses over it.
inline constexpr size_t max_request_depth = 64;

/// Reads the details of an event that did not come within a request's JSON, and writes them as
/// `parse_events` does: compact, numbers digit for digit, texts repaired. Empty for `{}` and for
/// an empty `text`.
/// Errors: invalid_argument where `text` is not a JSON object, with what is wrong and where.
expected<std::string> read_details(std::string_view text);

} // namespace tocsin
