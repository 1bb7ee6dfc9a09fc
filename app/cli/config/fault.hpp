#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace tocsin::cli {

/// One thing that is wrong with a configuration file.
struct config_fault {
  /// Counts from 1; 0 if it concerns no line.
  size_t line = 0;
  /// Where in the file, as a JSON pointer; empty for the whole.
  std::string pointer;
  /// What was found and what was expected, without secrets; no full stop.
  std::string text;
};

using config_faults = std::vector<config_fault>;

/// `tocsin.yaml:7: /customers/acme/services: expected a list of texts`, one line for each fault in
/// the order of the lines.
std::string to_text(config_faults faults, const std::string& file);

} // namespace tocsin::cli
