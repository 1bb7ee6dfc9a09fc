#include "app/cli/command_line.hpp"
#include "app/cli/service_settings.hpp"
#include "app/cli/stopped_storage.hpp"
#include "storage/upkeep/key_rotation.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <ostream>
#include <system_error>

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

bool is_same(const std::filesystem::path& x, const std::filesystem::path& y) {
  std::error_code fault;
  return std::filesystem::equivalent(x, y, fault);
}

/// Refuses the key file of one database for another: its old keys would be gone. `own` are the
/// settings without `--data-dir`, `asked` those with it.
expected<void> check_key_belongs(const app::storage_config& own, const app::storage_config& asked) {
  if (asked.key_file.empty() || is_same(own.data_dir, asked.data_dir)
      || is_same(asked.key_file.parent_path(), asked.data_dir))
    return {};
  return fail(
    errc::invalid_argument,
    fmt::format("storage.key_file, {}, is set for the database in {}, not for that in {}: "
                "name the settings of the latter with --config",
                asked.key_file.string(), own.data_dir.string(), asked.data_dir.string()));
}

/// The settings with `--data-dir` over them. Errors: what to print.
boost::system::result<app::launch, app::early_exit> read_settings(const rotate_options& options,
                                                                  const surroundings& around) {
  auto own = read_service_settings(options.config_file, "", around);
  if (!own || options.data_dir.empty())
    return own;
  auto asked = read_service_settings(options.config_file, options.data_dir, around);
  if (!asked)
    return asked;
  if (auto good = check_key_belongs(own->settings.storage, asked->settings.storage); !good)
    return app::early_exit{app::exit_code::usage, fmt::format("tocsin: {}\n", good.error().detail)};
  return asked;
}

exit_code rotate_key(const rotate_options& options, surroundings& around) {
  auto said = read_settings(options, around);
  if (!said) {
    around.err << said.error().text;
    return exit_code::usage;
  }
  auto done = rotate(said->settings);
  if (!done) {
    around.err << "tocsin: " << done.error().detail << '\n';
    return done.error().code == errc::invalid_argument ? exit_code::usage : exit_code::refused;
  }
  around.out << fmt::format(
    "{} channels are sealed with a new key; the old one is removed: back up the "
    "key file\n",
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
                      "Its directory, if it is not the one in the settings");
  command->add_option("--config", options->config_file, "Settings file of tocsind");
  command->callback([&line, options] {
    line.chosen = [options](const global_options&, surroundings& around) {
      return rotate_key(*options, around);
    };
  });
}

} // namespace tocsin::cli
