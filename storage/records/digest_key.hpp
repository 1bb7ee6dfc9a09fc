#pragma once

#include "messages/digest.hpp"
#include "storage/engine/database.hpp"

namespace tocsin::storage {

/// The key of what is found by a digest: a token, a session, a link into the portal. Lives as long
/// as `x`.
inline byte_view digest_key(const sha256_digest& x) {
  return {reinterpret_cast<const char*>(x.data()), x.size()};
}

} // namespace tocsin::storage
