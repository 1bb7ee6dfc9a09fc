#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tocsin::bench {

/// What a started `tocsind` needs to know, and where it leaves what we need to know.
struct server_files {
  /// Fresh and empty; all the others are in it.
  std::filesystem::path directory;

  std::filesystem::path configuration() const { return directory / "tocsin.toml"; }
  std::filesystem::path data() const { return directory / "data"; }
  /// The authority behind its CAF door, where it has one.
  std::filesystem::path certificates() const { return directory / "pki"; }
  /// Written once it takes events: `{"pid":…,"port":…,"url":"…"}`.
  std::filesystem::path ready() const { return directory / "ready.json"; }
  std::filesystem::path log() const { return directory / "tocsind.log"; }
  /// Written by it at its first start.
  std::filesystem::path admin_token() const { return data() / "initial-admin-token"; }
};

/// The arguments that make `tocsind` use these files and `port`, 0 for a free one; `settings`
/// are more of its options, such as `actors.threads=2`.
std::vector<std::string> server_command_line(const server_files& files,
                                             const std::vector<std::string>& settings,
                                             uint16_t port = 0);

} // namespace tocsin::bench
