#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

namespace tocsin {

/// Rises whenever somebody loses access: a token is revoked, a session ends, a portal is closed.
/// Whoever has cached an access forgets it then. It rises after the loss is durable
/// and before anybody is told so.
using access_epoch = std::shared_ptr<std::atomic<uint64_t>>;

inline access_epoch make_access_epoch() {
  return std::make_shared<std::atomic<uint64_t>>(0);
}

} // namespace tocsin
