#pragma once

#include "messages/delivery_pause.hpp"
#include "messages/failure.hpp"
#include "storage/fault_sink.hpp"
#include "storage/transaction.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::storage {

/// Where the pause stands in the database `meta`.
inline constexpr std::string_view pause_key = "pause";

/// Writes a pause into `out`.
byte_view encode_pause(std::string& out, const delivery_pause& x);

/// Reads the value under `pause_key`. Errors: storage_corrupt, storage_too_new.
expected<delivery_pause> decode_pause(byte_view key, byte_view value);

/// The pause that was stored last and not ended, also where its time is over.
/// Errors: storage_io, storage_corrupt, storage_too_new.
expected<std::optional<delivery_pause>> find_pause(const transaction& tx);

/// As `find_pause`, but one that cannot be read counts as none, so that deliveries go on;
/// `on_unreadable` is told. Errors: storage_io.
expected<std::optional<delivery_pause>>
find_readable_pause(const transaction& tx, const fault_sink& on_unreadable = ignore_fault);

} // namespace tocsin::storage
