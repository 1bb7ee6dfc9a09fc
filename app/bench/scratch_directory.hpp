#pragma once

#include "messages/failure.hpp"

#include <filesystem>
#include <string>

namespace tocsin::bench {

/// A fresh directory, which is removed with all that is in it when this object ends.
class scratch_directory {
public:
  /// Makes it inside `place`. Errors: unavailable.
  static expected<scratch_directory> make(const std::filesystem::path& place);

  scratch_directory(scratch_directory&& other) noexcept;
  scratch_directory& operator=(scratch_directory&&) = delete;
  ~scratch_directory();

  /// Absolute.
  const std::filesystem::path& path() const { return path_; }

  /// Whether it lies in memory, where an fsync costs nothing.
  bool is_in_memory() const;

private:
  explicit scratch_directory(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

/// Where fresh data are made: `chosen`, or the temporary directory where that is empty.
std::filesystem::path scratch_place(const std::string& chosen);

} // namespace tocsin::bench
