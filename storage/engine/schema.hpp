#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "storage/engine/transaction.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace tocsin::storage {

class environment;
class environment_state;

/// The schema version that the database `meta` names; nothing in a storage that was never set up.
/// Errors: storage_corrupt, storage_io.
expected<std::optional<uint32_t>> find_schema_version(const transaction& tx);

/// The id that was made at the first start, and tells nodes apart.
/// Errors: storage_corrupt, storage_io.
expected<ulid> find_node_id(const transaction& tx);

/// Refuses a version that this program does not know, as storage_too_new.
expected<void> check_schema_version(uint32_t version, const std::filesystem::path& directory);

/// Brings what a program of schema version `from` stored to `schema_version`, but for the number
/// itself. All databases are open; those that the old program did not know are empty.
using migration = std::function<expected<void>(write_transaction& tx, uint32_t from)>;

/// Opens every database of `state`, and makes those that are missing, in one transaction. Checks
/// the schema version first; writes it with a node id into a new storage, and has `migrate` bring
/// an old one up to it.
/// Errors: storage_too_new, storage_corrupt, storage_full, storage_io.
expected<void> prepare_schema(const std::shared_ptr<environment_state>& state,
                              const migration& migrate);

/// Commits what changes nothing, to see whether the disk takes it. The writer's thread only.
/// Errors: those of a commit.
expected<void> probe_disk(environment& env);

} // namespace tocsin::storage
