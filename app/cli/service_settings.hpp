#pragma once

#include "app/cli/surroundings.hpp"
#include "app/config/command_line.hpp"

#include <string>

namespace tocsin::cli {

/// The settings of the `tocsind` of this machine, found as it finds them: the file `config_file`,
/// `TOCSIN_CONFIG` or the system's, variables over it, and `data_dir` over those; both may be
/// empty. Errors: what `tocsind` would say of them.
boost::system::result<app::launch, app::early_exit>
read_service_settings(const std::string& config_file, const std::string& data_dir,
                      const surroundings& around);

} // namespace tocsin::cli
