#pragma once

#include "messages/commands.hpp"
#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

#include <string>
#include <string_view>

namespace tocsin::storage {

/// An event as it lies in `events`.
struct event_record {
  accepted_event value;
  /// Under which it was accepted; empty where the sender gave none.
  std::string idempotency_key;
};

/// Writes the event of `x` into `out`.
byte_view encode_event(std::string& out, const accept_event& x);

/// Reads the value under the key of an event. Errors: storage_corrupt, storage_too_new.
expected<event_record> decode_event(byte_view key, byte_view value);

/// Reads only the event type; lives as long as `value`. Errors: storage_corrupt, storage_too_new.
expected<std::string_view> decode_event_type(byte_view key, byte_view value);

} // namespace tocsin::storage
