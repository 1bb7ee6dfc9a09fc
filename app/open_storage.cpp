#include "app/open_storage.hpp"

#include "app/bootstrap.hpp"
#include "app/directory_access.hpp"
#include "app/log/log.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/upkeep/open_environment.hpp"

#include <fmt/format.h>

#include <filesystem>
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
  return {};
}

/// Says it where others could change what is stored, or read the key that seals the secrets once
/// they have put a file of theirs in its place.
void warn_of_strange_writers(const std::filesystem::path& directory) {
  if (auto who = find_strange_writers(directory))
    log_event(log_level::warning, "others can write to the data directory: " + *who,
              {{"directory", directory.string()}, {"remedy", "chmod 0700"}});
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
  auto env = storage::open_environment(options, [](const std::string& fault) {
    log_event(log_level::warning, "a record of an older version cannot be read and stays as it is",
              {{"fault", fault}});
  });
  if (!env)
    return env.error();
  warn_of_strange_writers(settings.storage.data_dir);
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
