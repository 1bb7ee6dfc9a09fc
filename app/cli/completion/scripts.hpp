#pragma once

#include "app/cli/completion/command_tree.hpp"

#include <string>

namespace tocsin::cli {

/// Scripts that complete the words of `tocsin`: commands and options where they may stand, files
/// for the values of options. Each asks nothing but the shell that it runs in.

/// For bash, to be sourced; needs no package of completions.
std::string bash_script(const std::vector<command_words>& tree);

/// For zsh, to be sourced after `compinit` or stored as `_tocsin` in a directory of `fpath`.
std::string zsh_script(const std::vector<command_words>& tree);

/// For fish, to be sourced.
std::string fish_script(const std::vector<command_words>& tree);

} // namespace tocsin::cli
