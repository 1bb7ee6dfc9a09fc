#pragma once

#include "messages/channel.hpp"
#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

#include <string>
#include <string_view>

namespace tocsin::storage {

/// A channel as it is stored: `value.settings` is empty, its sealed form stands beside it.
struct stored_channel {
  channel value;
  std::string sealed_settings;
};

/// Writes a channel with its sealed settings into `out`; never the settings in clear.
byte_view encode_channel(std::string& out, const channel& x, std::string_view sealed_settings);

/// Reads the value under the key of a channel. Errors: storage_corrupt, storage_too_new.
expected<stored_channel> decode_channel(byte_view key, byte_view value);

/// What the keys in `channel_names` of `owner`'s channels begin with: its kind, its name, a zero.
std::string channel_name_prefix(const recipient_id& owner);

/// The key in `channel_names`: the prefix, then the channel's name.
std::string channel_name_key(const recipient_id& owner, std::string_view name);

/// Reads the channel id under a key of `channel_names`. Errors: storage_corrupt.
expected<channel_id> decode_channel_id(byte_view key, byte_view value);

} // namespace tocsin::storage
