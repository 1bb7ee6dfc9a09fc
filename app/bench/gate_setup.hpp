#pragma once

#include "link/credentials.hpp"
#include "messages/failure.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace tocsin::bench {

/// What a `tocsind` of our own needs to open its CAF door, and a panel to get in.
struct gate_setup {
  /// Settings as `server_command_line` takes them.
  std::vector<std::string> settings;
  link::credential_files panel;
};

/// Makes an authority in `directory`, with a node that listens on `address` and a panel.
/// Errors: those of `pki::authority`.
expected<gate_setup> make_gate_setup(const std::filesystem::path& directory,
                                     const std::string& address);

} // namespace tocsin::bench
