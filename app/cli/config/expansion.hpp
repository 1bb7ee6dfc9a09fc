#pragma once

#include "app/cli/config/document.hpp"
#include "messages/failure.hpp"

#include <string>

namespace tocsin::cli {

struct expanded_text {
  std::string text;
  /// Whether a part of it came from the environment.
  bool from_outside = false;
};

/// Puts values in place of each `${NAME}`, as `read_document` says.
/// Errors: invalid_argument, naming the variable or the file and nothing that they hold.
expected<expanded_text> expand(const std::string& text, const value_sources& sources);

/// The content of a file that holds one value, without the line feed at its end.
/// Errors: invalid_argument, where it cannot be read or is empty.
expected<std::string> read_value_file(const std::string& path, const value_sources& sources);

} // namespace tocsin::cli
