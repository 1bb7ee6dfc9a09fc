#pragma once

#include "messages/custom_event_type.hpp"
#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

#include <string>

namespace tocsin::storage {

/// Writes a custom event type into `out`; its name is the key.
byte_view encode_custom_event_type(std::string& out, const custom_event_type& x);

/// Reads the value under the name of an event type. Errors: storage_corrupt, storage_too_new.
expected<custom_event_type> decode_custom_event_type(byte_view key, byte_view value);

} // namespace tocsin::storage
