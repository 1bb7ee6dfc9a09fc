#include "app/cli/stopped_storage.hpp"

#include <fmt/format.h>

namespace tocsin::cli {

namespace {

/// Only a start of `tocsind` migrates: what an older program wrote it cannot read any more after
/// that, and nobody who asks for a token expects it.
failure needs_migration(const std::filesystem::path& directory, uint32_t version) {
  return fail(errc::conflict,
              fmt::format("the storage in {} has schema version {}, and this program works on "
                          "version {}: back it up ('tocsin store backup') and start tocsind once, "
                          "which migrates it",
                          directory.string(), version, storage::schema_version));
}

} // namespace

storage::environment::options storage_options(const app::storage_config& settings) {
  storage::environment::options result;
  result.directory = settings.data_dir;
  result.map_size_bytes = settings.map_size_bytes;
  result.map_limit_bytes = settings.map_limit_bytes;
  return result;
}

expected<std::shared_ptr<storage::environment>>
open_stopped_storage(const app::storage_config& settings) {
  std::error_code fault;
  auto found = std::filesystem::status(settings.data_dir / "data.mdb", fault);
  if (!std::filesystem::status_known(found))
    return fail(errc::invalid_argument, fmt::format("the storage in {} cannot be accessed: {}",
                                                    settings.data_dir.string(), fault.message()));
  if (!std::filesystem::exists(found))
    return fail(errc::invalid_argument,
                fmt::format("there is no storage in {}", settings.data_dir.string()));
  return storage::environment::open(
    storage_options(settings),
    [&settings](storage::write_transaction&, uint32_t version) -> expected<void> {
      return needs_migration(settings.data_dir, version);
    });
}

} // namespace tocsin::cli
