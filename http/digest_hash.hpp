#pragma once

#include "messages/digest.hpp"

#include <cstddef>
#include <cstring>

namespace tocsin::http {

/// A digest is as good a hash as any.
struct digest_hash {
  size_t operator()(const sha256_digest& x) const noexcept {
    size_t result = 0;
    std::memcpy(&result, x.data(), sizeof(result));
    return result;
  }
};

} // namespace tocsin::http
