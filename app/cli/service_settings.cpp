#include "app/cli/service_settings.hpp"

#include "app/config/option_table.hpp"

namespace tocsin::cli {

namespace {

/// The variables that `tocsind` would read.
app::environment settings_in(const surroundings& around) {
  app::environment result;
  auto take = [&](const std::string& name) {
    if (auto value = around.variable(name))
      result.emplace(name, *value);
  };
  take("TOCSIN_CONFIG");
  for (const auto& x : app::option_table())
    take(app::variable_name(x));
  return result;
}

} // namespace

boost::system::result<app::launch, app::early_exit>
read_service_settings(const std::string& config_file, const std::string& data_dir,
                      const surroundings& around) {
  std::vector<std::string> arguments;
  if (!config_file.empty())
    arguments.insert(arguments.end(), {"--config", config_file});
  if (!data_dir.empty())
    arguments.insert(arguments.end(), {"--data-dir", data_dir});
  return app::read_command_line(std::move(arguments), settings_in(around));
}

} // namespace tocsin::cli
