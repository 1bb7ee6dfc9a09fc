#pragma once

#include "messages/failure.hpp"
#include "messages/session.hpp"

#include <string>
#include <string_view>

namespace tocsin {

/// What a new password may have in bytes of UTF-8. Length is what counts (NIST SP 800-63B); the
/// upper end bounds what is hashed.
inline constexpr size_t min_password_bytes = 12;
inline constexpr size_t max_password_bytes = 1024;

/// Hashes a password with scrypt (RFC 7914), a new salt and the parameters that count today: takes
/// about a quarter of a second of the processor and 32 MiB. Errors: unavailable (no random numbers,
/// or no memory).
expected<password_hash> hash_password(const std::string& admin, std::string_view password,
                                      timestamp now);

/// Whether `password` is the one that `x` was made of; takes as long as `hash_password` did.
/// Errors: unavailable (no memory).
expected<bool> matches(const password_hash& x, std::string_view password);

} // namespace tocsin
