#include "app/cli/command_line.hpp"
#include "app/cli/service_settings.hpp"
#include "app/cli/stopped_storage.hpp"
#include "storage/key_rotation.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace tocsin::cli {

namespace {

struct rotate_options {
  std::string config_file;
  std::string data_dir;
};

/// Works on the files themselves, so a running service keeps it out by its lock.
expected<uint64_t> rotate(const app::config& settings) {
  auto env = open_stopped_storage(settings.storage);
  if (!env)
    return env.error();
  return storage::rotate_key(**env, app::key_file_path(settings), system_wall_clock()());
}

exit_code rotate_key(const rotate_options& options, surroundings& around) {
  auto said = read_service_settings(options.config_file, options.data_dir, around);
  if (!said) {
    around.err << said.error().text;
    return exit_code::usage;
  }
  auto done = rotate(said->settings);
  if (!done) {
    around.err << "tocsin: " << done.error().detail << '\n';
    return done.error().code == errc::invalid_argument ? exit_code::usage : exit_code::refused;
  }
  around.out << fmt::format("{} channels are sealed with a new key; the old one is gone: back the "
                            "key file up\n",
                            *done);
  return exit_code::ok;
}

} // namespace

void add_secret_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("secret", "The key that seals secrets");
  group->require_subcommand(1);
  auto* command = group->add_subcommand("rotate-key",
                                        "Seal all secrets with a new key; tocsind must be stopped");
  auto options = std::make_shared<rotate_options>();
  command->add_option("--data-dir", options->data_dir,
                      "Its directory, where the settings name another one");
  command->add_option("--config", options->config_file, "Settings of tocsind, as it takes them");
  command->callback([&line, options] {
    line.chosen = [options](const global_options&, surroundings& around) {
      return rotate_key(*options, around);
    };
  });
}

} // namespace tocsin::cli
