#pragma once

#include "app/config/config.hpp"
#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"
#include "storage/files/secret_box.hpp"

#include <memory>

namespace tocsin::app {

struct opened_storage {
  std::shared_ptr<storage::environment> environment;
  std::shared_ptr<const storage::secret_box> secrets;
};

/// Opens the database and its key file. At the first start both are made, and with them what a new
/// installation needs (see `bootstrap`); later a database or key that was lost is refused, as a new
/// one in its place would hide the loss. Call it before any actor runs.
/// Errors: storage_corrupt (the database is empty and its key file is not), bad_key (the key file
/// is missing, cannot be read, or is not of this database), those of `open_environment`.
expected<opened_storage> open_storage(const config& settings);

} // namespace tocsin::app
