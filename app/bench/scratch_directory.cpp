#include "app/bench/scratch_directory.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <utility>

namespace tocsin::bench {

expected<scratch_directory> scratch_directory::make(const std::filesystem::path& place) {
  auto pattern = (place / "tocsin-bench-XXXXXX").string();
  if (!::mkdtemp(pattern.data()))
    return fail(errc::unavailable, fmt::format("{}: {}", pattern, std::strerror(errno)));
  return scratch_directory{std::filesystem::absolute(pattern)};
}

scratch_directory::scratch_directory(scratch_directory&& other) noexcept
  : path_(std::exchange(other.path_, {})) {}

scratch_directory::~scratch_directory() {
  std::error_code error;
  if (!path_.empty())
    std::filesystem::remove_all(path_, error);
}

bool scratch_directory::is_in_memory() const {
  struct statfs status {};
  return ::statfs(path_.c_str(), &status) == 0 && status.f_type == TMPFS_MAGIC;
}

std::filesystem::path scratch_place(const std::string& chosen) {
  return chosen.empty() ? std::filesystem::temp_directory_path() : std::filesystem::path{chosen};
}

} // namespace tocsin::bench
