#pragma once

#include "messages/audit.hpp"
#include "messages/failure.hpp"
#include "storage/engine/database.hpp"

#include <string>

namespace tocsin::storage {

/// Writes an entry of the audit log into `out`; its id is the key.
byte_view encode_audit_entry(std::string& out, const audit_entry& x);

/// Reads the value under the key of an entry. Errors: storage_corrupt, storage_too_new.
expected<audit_entry> decode_audit_entry(byte_view key, byte_view value);

} // namespace tocsin::storage
