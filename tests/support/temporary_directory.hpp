#pragma once

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace tocsin {

/// A directory of the test's own that goes with it.
class temporary_directory {
public:
  explicit temporary_directory(const std::filesystem::path& parent
                               = std::filesystem::temp_directory_path()) {
    auto pattern = (parent / "tocsin-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
      throw std::runtime_error("cannot make a temporary directory");
    path_ = pattern;
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
