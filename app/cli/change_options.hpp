#pragma once

#include <boost/json/object.hpp>
#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tocsin::cli {

/// What a `set` command says of a list to include and one to exclude; nothing of it leaves both as
/// they are.
struct selection_changes {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool takes_all = false;
};

/// How the help speaks of a selection: `Accept events of`, `Accept no events of`.
struct selection_words {
  const char* take;
  const char* refuse;
};

/// Adds `--include-WORD`, `--exclude-WORD` and `--all-WORDs`. `target` must outlive the parsing.
void add_selection_changes(CLI::App& command, const std::string& word, const selection_words& words,
                           selection_changes& target);

/// The changes as a JSON Merge Patch; empty where nothing is said.
boost::json::object selection_patch(const selection_changes& x);

/// Adds an option that takes `on` or `off`. `target` must outlive the parsing.
CLI::Option* add_on_off(CLI::App& command, const std::string& flag, std::optional<bool>& target,
                        const std::string& help);

} // namespace tocsin::cli
