#pragma once

#include "tests/support/standin/provider_standin.hpp"

#include <boost/json/object.hpp>

/// The files a stand-in leaves for others to read.
namespace tocsin::standin {

/// A directory for those files; removed again at the end if it is one of the stand-in's own making
/// under the system's temporary directory.
class state_directory {
public:
  state_directory() = default;
  ~state_directory();
  state_directory(const state_directory&) = delete;
  state_directory& operator=(const state_directory&) = delete;

  /// Makes `wanted`, or a temporary directory if that is empty. Returns what failed.
  std::optional<std::string> open(const std::filesystem::path& wanted);

  const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
  bool temporary_ = false;
};

/// Writes a file so that a reader sees all of it or nothing (a new file, renamed). Returns what
/// failed.
std::optional<std::string> write_file(const std::filesystem::path& path, std::string_view content);

/// The ports by name: `http`, `https`, `smtp`, `smtps`, `smtp_plain`, `control`.
boost::json::object ports_json(const standin_ports& ports);

} // namespace tocsin::standin
