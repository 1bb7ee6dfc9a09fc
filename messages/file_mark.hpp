#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <sys/stat.h>

namespace tocsin {

/// What tells the states of a file apart: device, inode, size, and the time of the last change, of
/// its content or of its permissions. All zero for a file that is not found.
using file_mark = std::array<int64_t, 5>;

inline file_mark mark_of(const std::filesystem::path& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0)
    return {};
  return {static_cast<int64_t>(found.st_dev), static_cast<int64_t>(found.st_ino), found.st_size,
          found.st_ctim.tv_sec, found.st_ctim.tv_nsec};
}

} // namespace tocsin
