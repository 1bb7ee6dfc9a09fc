#pragma once

#include "messages/failure.hpp"

#include <iosfwd>
#include <string>

namespace tocsin::cli {

/// Reads values that need not stand on the command line, where every user of the machine can see
/// them: `@FILE` is the content of a file, `-` that of the standard input, `@@TEXT` the text
/// `@TEXT`, all else is itself. One trailing line break of a file or of the standard input is
/// dropped. Not thread-safe.
class value_input {
public:
  explicit value_input(std::istream& in) : in_(in) {}

  /// Resolves `text`, the value of `option`.
  /// Errors: invalid_argument where the file cannot be read or the standard input was read before.
  expected<std::string> resolve(const std::string& option, const std::string& text);

  /// The whole of a file, or of the standard input for `-`; nothing is dropped.
  /// Errors: as `resolve`.
  expected<std::string> read(const std::string& option, const std::string& path);

private:
  std::istream& in_;
  bool consumed_ = false;
};

} // namespace tocsin::cli
