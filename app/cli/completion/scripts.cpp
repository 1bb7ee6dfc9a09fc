#include "app/cli/completion/scripts.hpp"

#include <fmt/format.h>

namespace tocsin::cli {

namespace {

/// A word between single quotes, as bash and zsh read it.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text)
    result += c == '\'' ? std::string{"'\\''"} : std::string(1, c);
  return result + '\'';
}

/// A word between single quotes, as fish reads it.
std::string fish_quoted(const std::string& text) {
  std::string result = "'";
  for (char c : text) {
    if (c == '\'' || c == '\\')
      result += '\\';
    result += c;
  }
  return result + '\'';
}

/// Patterns of a `case`: `'channel add'|'channel list'`.
std::string alternatives(const std::vector<std::string>& words) {
  std::string result;
  for (const auto& x : words)
    result += (result.empty() ? "" : "|") + quoted(x);
  return result;
}

std::vector<std::string> paths_of(const std::vector<command_words>& tree) {
  std::vector<std::string> result;
  for (const auto& x : tree)
    if (!x.path.empty())
      result.push_back(x.path);
  return result;
}

/// `path:--option` for each option of each command that takes a value.
std::vector<std::string> valued_options(const std::vector<command_words>& tree) {
  std::vector<std::string> result;
  for (const auto& x : tree)
    for (const auto& option : x.options)
      if (option.takes_value)
        for (const auto& name : option.names)
          result.push_back(x.path + ':' + name);
  return result;
}

/// Follows the words before the one that is completed; what bash and zsh have in common. It leaves
/// the command in `at`, and in `valued` whether the last word waits for its value.
std::string follow_words(const std::vector<command_words>& tree, const std::string& words) {
  return fmt::format(R"(  local at='' valued='' word
  for word in {0}; do
    if [[ -n $valued ]]; then valued=''; continue; fi
    case "$at:$word" in
      {1}) valued=1; continue ;;
    esac
    case "${{at:+$at }}$word" in
      {2}) at="${{at:+$at }}$word" ;;
    esac
  done
)",
                     words, alternatives(valued_options(tree)), alternatives(paths_of(tree)));
}

std::string all_words(const command_words& x) {
  std::string result;
  auto add = [&result](const std::string& word) { result += (result.empty() ? "" : " ") + word; };
  for (const auto& [name, help] : x.commands)
    add(name);
  for (const auto& option : x.options)
    for (const auto& name : option.names)
      add(name);
  return result;
}

/// `word:help` as zsh describes it.
std::string described(const std::string& word, const std::string& help) {
  std::string result;
  for (char c : word)
    result += c == ':' ? std::string{"\\:"} : std::string(1, c);
  return quoted(result + ':' + help);
}

} // namespace

std::string bash_script(const std::vector<command_words>& tree) {
  std::string result = "_tocsin() {\n";
  result += follow_words(tree, R"("${COMP_WORDS[@]:1:COMP_CWORD-1}")");
  result += R"(  local cur=${COMP_WORDS[COMP_CWORD]} words=''
  if [[ -n $valued ]]; then COMPREPLY=($(compgen -f -- "$cur")); return; fi
  case "$at" in
)";
  for (const auto& x : tree)
    result += fmt::format("    {}) words={} ;;\n", quoted(x.path), quoted(all_words(x)));
  result += R"(  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  # A command's own arguments may be files.
  if [[ ${#COMPREPLY[@]} -eq 0 ]]; then COMPREPLY=($(compgen -f -- "$cur")); fi
}
complete -o filenames -F _tocsin tocsin
)";
  return result;
}

std::string zsh_script(const std::vector<command_words>& tree) {
  std::string result = "#compdef tocsin\n_tocsin() {\n";
  result += follow_words(tree, R"("${(@)words[2,CURRENT-1]}")");
  result += R"(  local -a below options
  if [[ -n $valued ]]; then _files; return; fi
  case "$at" in
)";
  for (const auto& x : tree) {
    result += fmt::format("    {})\n      below=(", quoted(x.path));
    for (const auto& [name, help] : x.commands)
      result += ' ' + described(name, help);
    result += " )\n      options=(";
    for (const auto& option : x.options)
      for (const auto& name : option.names)
        result += ' ' + described(name, option.help);
    result += " ) ;;\n";
  }
  result += R"(  esac
  (( ${#below} )) && _describe -t commands command below
  if [[ $PREFIX == -* ]]; then _describe -t options option options; fi
  (( ${#below} )) || _files
}
if [[ ${funcstack[1]} == _tocsin ]]; then _tocsin "$@"; else compdef _tocsin tocsin; fi
)";
  return result;
}

std::string fish_script(const std::vector<command_words>& tree) {
  std::string result = R"(function __tocsin_path
  set -l at ''
  set -l valued ''
  for word in (commandline -opc)[2..-1]
    if test -n "$valued"
      set valued ''
      continue
    end
    switch "$at:$word"
)";
  auto cases = [](const std::vector<std::string>& words) {
    std::string line = "      case";
    for (const auto& x : words)
      line += ' ' + fish_quoted(x);
    return line + '\n';
  };
  result += cases(valued_options(tree));
  result += R"(        set valued 1
        continue
    end
    set -l longer (string trim "$at $word")
    switch "$longer"
)";
  result += cases(paths_of(tree));
  result += R"(        set at "$longer"
    end
  end
  echo "$at"
end
)";
  for (const auto& x : tree) {
    auto at = fish_quoted(fmt::format("test (__tocsin_path) = {}", quoted(x.path)));
    for (const auto& [name, help] : x.commands)
      result += fmt::format("complete -c tocsin -f -n {} -a {} -d {}\n", at, fish_quoted(name),
                            fish_quoted(help));
    for (const auto& option : x.options)
      for (const auto& name : option.names) {
        auto flag = name.starts_with("--") ? "-l " + name.substr(2) : "-s " + name.substr(1);
        result += fmt::format("complete -c tocsin -n {} {}{} -d {}\n", at, flag,
                              option.takes_value ? " -r" : "", fish_quoted(option.help));
      }
  }
  return result;
}

} // namespace tocsin::cli
