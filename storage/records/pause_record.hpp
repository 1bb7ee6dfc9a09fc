#pragma once

#include "messages/delivery_pause.hpp"
#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

#include <string>
#include <string_view>

namespace tocsin::storage {

/// Where the pause stands in the database `meta`.
inline constexpr std::string_view pause_key = "pause";

/// Writes a pause into `out`.
byte_view encode_pause(std::string& out, const delivery_pause& x);

/// Reads the value under `pause_key`. Errors: storage_corrupt, storage_too_new.
expected<delivery_pause> decode_pause(byte_view key, byte_view value);

} // namespace tocsin::storage
