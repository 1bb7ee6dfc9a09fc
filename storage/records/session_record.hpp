#pragma once

#include "messages/failure.hpp"
#include "messages/session.hpp"
#include "storage/engine/database.hpp"

#include <string>

namespace tocsin::storage {

// The encoders write into `out` and give a view of it. Sessions and links are under the digest of
// what opens them (`digest_key`), passwords under the name of the admin. Errors of all reading:
// storage_corrupt, storage_too_new.

byte_view encode_session(std::string& out, const session& x);
expected<session> decode_session(byte_view key, byte_view value);

byte_view encode_portal_link(std::string& out, const portal_link& x);
expected<portal_link> decode_portal_link(byte_view key, byte_view value);

byte_view encode_password(std::string& out, const password_hash& x);
expected<password_hash> decode_password(byte_view key, byte_view value);

} // namespace tocsin::storage
