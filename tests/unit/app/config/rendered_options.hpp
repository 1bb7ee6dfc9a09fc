#pragma once

#include <string>

namespace tocsin::app {

/// What `app/tocsin.toml` must be, made from the option table.
std::string rendered_config_file();

/// What must stand between the option markers in `docs/operations.md`.
std::string rendered_option_manual();

/// What must stand between the exit code markers in `docs/operations.md`.
std::string rendered_exit_codes();

} // namespace tocsin::app
