#pragma once

#include "actors/shared/channel_access.hpp"
#include "messages/protocol/delivery_ledger.hpp"

#include <string>

namespace tocsin {

/// The change that puts `patch`, a JSON Merge Patch, over the settings of the channel as it is in
/// `revision`. Errors: revision_mismatch where it has been changed since, which must not be undone;
/// invalid_argument where the channel would not be valid; those of storage.
expected<apply_command> settings_change(const channel_access& channels, channel_id id,
                                        uint64_t revision, const std::string& patch, timestamp now);

} // namespace tocsin
