#pragma once

#include "app/config/config.hpp"
#include "messages/failure.hpp"

namespace tocsin::app {

/// Reads the certificates, keys and authorities that `settings` name.
/// Errors: invalid_argument, or bad_key for the files of the gate, with the first that cannot be
/// used and why.
expected<void> check_files(const config& settings);

} // namespace tocsin::app
