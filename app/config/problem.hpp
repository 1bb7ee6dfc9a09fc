#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::app {

/// One fault of the configuration.
struct problem {
  /// The file, the variable or the flag.
  std::string source;
  /// Both count from 1; 0 outside of files.
  unsigned line = 0;
  unsigned column = 0;
  /// What was found and what was expected; no full stop.
  std::string text;

  friend auto operator<=>(const problem&, const problem&) = default;
};

/// `tocsin.toml:3:11: server.threads: expected …`
std::string to_string(const problem& x);

/// Where each option that was set, by its full name, got its value from. The text is that of its
/// fault, or empty.
using origins = std::map<std::string, problem, std::less<>>;

} // namespace tocsin::app
