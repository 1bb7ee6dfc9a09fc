#pragma once

#include "app/cli/config/fault.hpp"

#include <boost/json/value.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace tocsin::cli {

/// A configuration file as JSON, and what JSON does not say of it. Everything in it is named by
/// its JSON pointer.
struct config_document {
  boost::json::value root;
  /// Of every value, counting from 1.
  std::map<std::string, size_t, std::less<>> lines;
  /// The texts that came, in part at least, from the environment or from another file.
  std::set<std::string, std::less<>> from_outside;

  /// The line of `pointer`, or of what encloses it most closely.
  size_t line_of(std::string_view pointer) const;

  config_fault fault(const std::string& pointer, std::string text) const {
    return {line_of(pointer), pointer, std::move(text)};
  }
};

/// Where the values come from that a file only names.
struct value_sources {
  /// Looks up an environment variable.
  std::function<std::optional<std::string>(const std::string&)> variable;
  /// What relative paths begin at.
  std::filesystem::path directory;
};

/// Reads YAML. Scalars are those of YAML 1.2's core schema: `true`, `false`, `null` and decimal
/// numbers without leading zeros; all else is text, as is everything in quotes.
///
/// In texts `${NAME}` stands for the environment variable, or else for the content of the file that
/// the variable `NAME_FILE` names; `$${` is a `${` that stays. Below a key `settings` the key
/// `x_file` names the file that holds the value of `x`. Of such files one line feed at the end
/// is dropped.
///
/// Adds what is wrong to `faults`: YAML that cannot be read, keys that appear twice, variables
/// that are not set, files that cannot be read or are empty.
config_document read_document(const std::string& text, const value_sources& sources,
                              config_faults& faults);

} // namespace tocsin::cli
