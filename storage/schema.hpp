#pragma once

#include "messages/failure.hpp"

#include <memory>

namespace tocsin::storage {

class environment_state;

/// Opens every database of `state`, and makes those that are missing, in one transaction. Checks
/// the schema version first; writes it with a node id into a new storage, and migrates an old one.
/// Errors: storage_too_new, storage_corrupt, storage_full, storage_io.
expected<void> prepare_schema(const std::shared_ptr<environment_state>& state);

} // namespace tocsin::storage
