#pragma once

#include "app/config/config.hpp"
#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"

#include <memory>

namespace tocsin::cli {

/// How `tocsind` opens its database.
storage::environment::options storage_options(const app::storage_config& settings);

/// Opens the database of a `tocsind` of this machine that does not run, to change it; a running one
/// keeps us out by its lock. Makes none, and migrates none.
/// Errors: invalid_argument (there is none, or it cannot be looked at), unavailable (somebody has
/// it open), conflict (an older program wrote it), and the others of `environment::open`.
expected<std::shared_ptr<storage::environment>>
open_stopped_storage(const app::storage_config& settings);

} // namespace tocsin::cli
