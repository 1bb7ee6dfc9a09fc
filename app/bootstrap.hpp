#pragma once

#include "messages/failure.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/environment.hpp"

#include <filesystem>
#include <optional>

namespace tocsin::app {

/// The file in the data directory that holds the first token until somebody takes it.
inline constexpr auto initial_token_file = "initial-admin-token";

/// Creates what a new installation needs to be usable, in one transaction: the admin `admin` and,
/// if nobody can change anything (no valid token has `write`, and no admin has a password), a token
/// with every scope. Its text is written to `data_dir/initial-admin-token` (mode
/// 0600) and nowhere else. Call it before any actor runs.
/// Returns the path of the file if a token was created.
/// Errors: those of storage.
expected<std::optional<std::filesystem::path>>
bootstrap(storage::environment& env, const std::filesystem::path& data_dir, timestamp now);

} // namespace tocsin::app
