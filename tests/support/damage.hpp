#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace tocsin {

/// Overwrites with zeros every page of the data file `path` on which `bytes` stand.
inline void wipe_pages_with(const std::filesystem::path& path, std::string_view bytes) {
  constexpr size_t page_bytes = 4096;
  std::fstream file{path, std::ios::binary | std::ios::in | std::ios::out};
  std::string content{std::istreambuf_iterator<char>{file}, {}};
  file.clear();
  for (size_t at = 0; (at = content.find(bytes, at)) != std::string::npos;) {
    auto page = at - at % page_bytes;
    file.seekp(static_cast<std::streamoff>(page));
    file << std::string(page_bytes, '\0');
    at = page + page_bytes;
  }
}

} // namespace tocsin
