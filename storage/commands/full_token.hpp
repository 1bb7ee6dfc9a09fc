#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"

#include <string>

namespace tocsin::storage {

/// Makes a token with every scope, as the service itself. Returns its text, which is nowhere else.
/// Errors: unavailable (the system has no random numbers), and those of `apply`.
expected<std::string> put_full_token(write_transaction& tx, std::string name, ulid_generator& ids,
                                     timestamp now);

} // namespace tocsin::storage
