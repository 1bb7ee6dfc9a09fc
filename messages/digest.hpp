#pragma once

#include "messages/failure.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tocsin {

using sha256_digest = std::array<uint8_t, 32>;

/// The SHA-256 of `text` (FIPS 180-4).
sha256_digest sha256(std::string_view text);

/// `prefix` and 256 random bits as 64 hexadecimal digits: a secret that cannot be guessed, and that
/// scanners for leaked ones know by its prefix.
/// Errors: unavailable (the system has no random numbers).
expected<std::string> make_secret(std::string_view prefix);

/// The text of a new token. Errors: as `make_secret`.
inline expected<std::string> make_token_text() {
  return make_secret("tocsin_");
}

} // namespace tocsin
