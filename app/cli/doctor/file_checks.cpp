#include "app/cli/doctor/checks.hpp"
#include "app/cli/size_text.hpp"
#include "policy/storage_reserve.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

namespace tocsin::cli {

namespace {

void check_key_file(const std::filesystem::path& path, findings& found) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return;
  auto mode = status.st_mode & 0777;
  if ((mode & 077) == 0)
    found.push_back({grade::ok, "key file", path.string() + " can be read only by its owner"});
  else
    found.push_back({grade::fail, "key file",
                     fmt::format("{} has mode {:04o}: others can read the key of all secrets",
                                 path.string(), mode),
                     fmt::format("chmod 600 {}", path.string())});
}

void check_disk(const app::storage_config& settings, findings& found) {
  std::error_code ec;
  auto disk = std::filesystem::space(settings.data_dir, ec);
  auto size = std::filesystem::file_size(settings.data_dir / "data.mdb", ec);
  if (ec)
    return;
  auto detail
    = fmt::format("{} free for a database of {}", size_text(disk.available), size_text(size));
  auto reserve = policy::storage_reserve(settings.reserve_bytes, settings.map_limit_bytes);
  auto result = disk.available < reserve       ? grade::fail
                : disk.available < reserve * 4 ? grade::warn
                                               : grade::ok;
  found.push_back({result, "disk", detail,
                   result == grade::ok
                     ? std::string{}
                     : fmt::format("free disk space: below the reserve ({}) no event is accepted",
                                   size_text(reserve))});
}

} // namespace

void check_files(const app::config& settings, findings& found) {
  check_key_file(app::key_file_path(settings), found);
  check_disk(settings.storage, found);
}

} // namespace tocsin::cli
