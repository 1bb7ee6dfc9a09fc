#pragma once

#include "storage/engine/transaction.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace tocsin::storage {

/// Everything that `tx` can see, read through the repositories, one object per line: two storages
/// hold the same if and only if their dumps are equal.
std::string dump(const transaction& tx);

/// What the fixture of an older schema version must dump as once it is migrated. `fixture` is its
/// folder, which holds what it dumped as then.
std::string dump_after_migration(const std::filesystem::path& fixture, uint32_t version);

} // namespace tocsin::storage
