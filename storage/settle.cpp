#include "storage/settle.hpp"

#include "storage/data_file.hpp"
#include "storage/environment.hpp"
#include "storage/journal.hpp"
#include "storage/readonly_environment.hpp"

namespace tocsin::storage {

expected<bool> is_settled(const std::filesystem::path& directory) {
  auto file = data_file::open(data_path(directory));
  if (!file)
    return file.error();
  auto last = file->last_commit();
  if (!last)
    return last.error();
  auto is_left = has_journal_for(directory, last->transaction + 1);
  if (!is_left)
    return is_left;
  return !*is_left;
}

expected<void> settle(const std::filesystem::path& directory) {
  auto done = is_settled(directory);
  if (!done)
    return done.error();
  if (*done)
    return {};
  environment::options options;
  options.directory = directory;
  auto repeated = environment::open(options);
  if (!repeated && repeated.error().code != errc::unavailable)
    return repeated.error();
  return {};
}

} // namespace tocsin::storage
