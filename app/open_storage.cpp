#include "app/open_storage.hpp"

#include "app/bootstrap.hpp"
#include "app/directory_access.hpp"
#include "app/log/log.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/upkeep/open_environment.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

namespace tocsin::app {

namespace {

/// Whether the key file is there. Errors: bad_key, where that cannot be found out.
expected<bool> has_key_file(const std::filesystem::path& path) {
  std::error_code fault;
  auto found = std::filesystem::status(path, fault);
  if (!std::filesystem::status_known(found))
    return fail(errc::bad_key, fmt::format("the key file {} cannot be accessed: {}", path.string(),
                                           fault.message()));
  return std::filesystem::exists(found);
}

/// Opens the key file, or makes it at the first start. A file that is missing or holds another key
/// than the one that stored channels are sealed with is refused: none of them would work.
expected<storage::secret_box> open_key_file(const storage::environment& env,
                                            const std::filesystem::path& path, bool is_there) {
  auto tx = env.read_published();
  if (!tx)
    return tx.error();
  // Those that cannot be read are sealed as well.
  auto stored = tx->count(storage::database::channels);
  if (!stored)
    return stored.error();
  if (*stored != 0 && !is_there)
    return fail(errc::bad_key, "the key file " + path.string()
                                 + " is missing, and stored channels are sealed with its key");
  auto first = storage::channel_repository{*tx}.list(std::nullopt, {1, ""});
  if (!first)
    return first.error();
  auto box = storage::secret_box::open_key_file(path);
  for (auto& x : first->entries)
    if (box && !box->open(x.sealed_settings, to_string(x.value.id)))
      return fail(errc::bad_key,
                  "the key file " + path.string()
                    + " holds another key than the one stored channels are sealed with");
  return box;
}

/// The journal is made along with the database, and holds what a crash kept out of that.
void warn_of_missing_journal(const std::filesystem::path& directory) {
  auto path = directory / "journal";
  std::error_code none;
  auto size = std::filesystem::file_size(path, none);
  if (none || size == 0)
    log_event(log_level::warning,
              "there is no journal beside the database: this is right after an upgrade and where a "
              "backup was restored; otherwise what was accepted right before a crash is lost",
              {{"journal", path.string()}});
}

/// Refuses an empty file in place of the database that a key file belongs to: LMDB would take it
/// for a new one, and what was cut off would be gone without a word. Without any file there a
/// database is begun, as may be meant, and that is said. Right before the storage is opened.
expected<void> check_database_is_there(const config& x) {
  auto key = key_file_path(x);
  auto data = x.storage.data_dir / "data.mdb";
  std::error_code none;
  auto size = std::filesystem::file_size(data, none);
  if (none)
    log_event(log_level::warning, "there is a key file and no database: creating a new one",
              {{"key_file", key.string()}, {"database", data.string()}});
  else if (size == 0)
    return fail(errc::storage_corrupt,
                fmt::format("{} is empty, but its key file {} exists: restore a backup, or remove "
                            "the empty file to start over",
                            data.string(), key.string()));
  else
    warn_of_missing_journal(x.storage.data_dir);
  return {};
}

/// Says it where others could change what is stored, or read the key that seals the secrets once
/// they have put a file of theirs in its place.
void warn_of_strange_writers(const std::filesystem::path& directory) {
  if (auto who = find_strange_writers(directory))
    log_event(log_level::warning, "others can write to the data directory: " + *who,
              {{"directory", directory.string()}, {"remedy", "chmod 0700"}});
}

/// A command may have the storage open for a moment, as `tocsin store backup` has after a crash.
constexpr std::chrono::seconds longest_wait_for_others{5};

/// Opens the storage; where somebody has it open, that is said and it is waited for.
expected<std::shared_ptr<storage::environment>>
open_when_free(storage::environment::options options) {
  auto report = [](const std::string& fault) {
    log_event(log_level::warning, "a record of an older version cannot be read and stays as it is",
              {{"fault", fault}});
  };
  auto env = storage::open_environment(options, report);
  if (env || env.error().code != errc::unavailable)
    return env;
  log_event(log_level::warning, env.error().detail + "; waiting for it",
            {{"seconds", std::to_string(longest_wait_for_others.count())}});
  options.opener_patience = longest_wait_for_others;
  return storage::open_environment(options, report);
}

} // namespace

expected<opened_storage> open_storage(const config& settings) {
  storage::environment::options options;
  options.directory = settings.storage.data_dir;
  options.map_size_bytes = settings.storage.map_size_bytes;
  options.map_limit_bytes = settings.storage.map_limit_bytes;
  auto has_key = has_key_file(key_file_path(settings));
  if (!has_key)
    return has_key.error();
  if (*has_key)
    if (auto there = check_database_is_there(settings); !there)
      return there.error();
  auto env = open_when_free(std::move(options));
  if (!env)
    return env.error();
  warn_of_strange_writers(settings.storage.data_dir);
  storage::secret_box::remove_drafts(key_file_path(settings));
  auto box = open_key_file(**env, key_file_path(settings), *has_key);
  if (!box)
    return box.error();
  auto token_file = bootstrap(**env, settings.storage.data_dir, system_wall_clock()());
  if (!token_file)
    return token_file.error();
  if (*token_file)
    log_event(log_level::info, "wrote the first admin token", {{"file", (*token_file)->string()}});
  return opened_storage{std::move(*env),
                        std::make_shared<const storage::secret_box>(std::move(*box))};
}

} // namespace tocsin::app
