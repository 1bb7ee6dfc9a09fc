#include "app/cli/stopped_storage.hpp"

#include "storage/upkeep/open_environment.hpp"

#include <fmt/format.h>

namespace tocsin::cli {

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
  return storage::open_environment(storage_options(settings));
}

} // namespace tocsin::cli
