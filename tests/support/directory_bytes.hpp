#pragma once

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace tocsin {

/// What stands in all files below `directory`, but for those of the names `left_out`.
inline std::string bytes_below(const std::filesystem::path& directory,
                               const std::set<std::string>& left_out) {
  std::ostringstream result;
  for (auto& file : std::filesystem::recursive_directory_iterator{directory})
    if (file.is_regular_file() && file.file_size() > 0
        && !left_out.contains(file.path().filename().string()))
      result << std::ifstream{file.path(), std::ios::binary}.rdbuf();
  return result.str();
}

} // namespace tocsin
