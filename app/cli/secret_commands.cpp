#include "app/cli/command_line.hpp"
#include "storage/key_rotation.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace tocsin::cli {

namespace {

struct rotate_options {
  std::string data_dir;
  std::string key_file;
};

/// Works on the files themselves, so a running service keeps it out by its lock.
expected<uint64_t> rotate(const rotate_options& options) {
  std::filesystem::path directory{options.data_dir};
  if (!std::filesystem::exists(directory / "data.mdb"))
    return fail(errc::invalid_argument,
                fmt::format("there is no storage in {}", directory.string()));
  auto key_file = options.key_file.empty() ? directory / "sealing.key"
                                           : std::filesystem::path{options.key_file};
  storage::environment::options settings;
  settings.directory = directory;
  auto env = storage::environment::open(settings);
  if (!env)
    return env.error();
  return storage::rotate_key(**env, key_file, system_wall_clock()());
}

exit_code rotate_key(const rotate_options& options, surroundings& around) {
  auto done = rotate(options);
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
  command->add_option("--data-dir", options->data_dir, "storage.data_dir of the service")
    ->required();
  command->add_option("--key-file", options->key_file, "storage.key_file, where it is set");
  command->callback([&line, options] {
    line.chosen = [options](const global_options&, surroundings& around) {
      return rotate_key(*options, around);
    };
  });
}

} // namespace tocsin::cli
