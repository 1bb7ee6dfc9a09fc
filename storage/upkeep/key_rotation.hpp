#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/environment.hpp"
#include "storage/files/secret_box.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

namespace tocsin::storage {

/// What one step of resealing did.
struct reseal_result {
  uint32_t resealed = 0;
  /// How many were sealed with the newest key before.
  uint32_t kept = 0;
  /// Those that stay as they are, as they cannot be read or opened.
  std::vector<channel_id> stuck;
  /// Where the next step goes on; nothing once all channels were looked at.
  std::optional<channel_id> resume;
};

/// Reseals the settings of channels that are not sealed with the newest key of `box`. Looks at
/// up to `limit` channels from `from` on. As maintenance of one node's key it is no command.
/// Errors: bad_key (nothing can be sealed), storage_full, storage_io, storage_corrupt.
expected<reseal_result> reseal(write_transaction& tx, const secret_box& box, uint32_t limit,
                               const channel_id& from = {});

/// Gives the storage a new sealing key: puts it into the key file, reseals everything in
/// transactions of `step` channels, and only then drops the old keys. Wherever that is cut off, the
/// key file holds all keys that are still needed, and a further rotation brings it to its end
/// before it begins its own. Only while nobody else has the storage open. The audit log says at
/// `now` that the service did it. Returns how many channels were sealed with the new key. Errors:
/// as `reseal`; storage_io too where there is no key file; bad_key too, with their names, where
/// channels cannot be read or opened: all others are resealed then, and the old keys stay.
/// Nothing is lost by any.
expected<uint64_t> rotate_key(environment& env, const std::filesystem::path& key_file,
                              timestamp now, uint32_t step = 100);

} // namespace tocsin::storage
