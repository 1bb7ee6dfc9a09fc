#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tocsin {

/// A directory of the test's own that goes with it.
class temporary_directory {
public:
  temporary_directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "tocsin-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }

  temporary_directory(const temporary_directory&) = delete;

  ~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

} // namespace tocsin
