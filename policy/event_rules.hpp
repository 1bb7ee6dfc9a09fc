#pragma once

#include "messages/event.hpp"
#include "messages/failure.hpp"
#include "messages/timestamp.hpp"

#include <string_view>
#include <vector>

namespace tocsin::policy {

/// Sizes in bytes of UTF-8. They keep the largest event well under the 1 MiB of a request, and
/// names short enough for a subject line.
inline constexpr size_t max_id_bytes = 128;
inline constexpr size_t max_name_bytes = 200;
inline constexpr size_t max_message_bytes = 32 * 1024;
inline constexpr size_t max_details_bytes = 128 * 1024;

/// Makes `x` fit to be stored, whatever door it came in by: texts are repaired, names and type
/// become single lines, a missing timestamp becomes `now` in whole seconds. Then checks it. The
/// doors themselves read `details`, as these are JSON (`parse_events`, `read_details`).
/// Returns every fault as a field error whose pointer begins with `pointer_prefix`, for example
/// `/3`; none if the event is good. An unknown type has the code `unknown_event_type`.
std::vector<field_error> admit_event(event& x, timestamp now, std::string_view pointer_prefix);

/// Combines field errors into one failure: `unknown_event_type` if any of them says so, else
/// `invalid_argument`.
failure invalid_event(std::vector<field_error> faults);

/// Whether `key` may serve as an `Idempotency-Key`: 1 to 200 printable ASCII characters.
bool is_idempotency_key(std::string_view key);

} // namespace tocsin::policy
