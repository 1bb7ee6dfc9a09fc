#include "tests/unit/app/config/rendered_options.hpp"

#include "app/config/exit_code.hpp"
#include "app/config/option_table.hpp"

#include <fmt/format.h>

#include <sstream>

namespace tocsin::app {

namespace {

constexpr std::string_view preamble
  = "# The settings of tocsind. Every option is listed with its default.\n"
    "#\n"
    "# Environment variables named TOCSIN_<SECTION>_<KEY> override this file; flags override "
    "both:\n"
    "#   TOCSIN_SERVER_LISTEN=127.0.0.1:9000    --set server.listen=127.0.0.1:9000\n"
    "# `tocsind --config FILE --check-config` lists every fault with its line.\n"
    "# Durations end in ms, s, m, h or d; sizes in B, KiB, MiB, GiB or TiB.\n";

constexpr size_t comment_width = 98;

std::string capitalised(std::string text) {
  if (!text.empty() && 'a' <= text[0] && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

/// The text of the table and a sentence about the limits.
std::string explained(const option& x) {
  auto range = limits(x);
  if (range.empty())
    return std::string{x.doc};
  return fmt::format("{} {}.", x.doc, capitalised(range));
}

std::string as_comment(const std::string& text) {
  std::string result = "#";
  size_t column = 1;
  std::istringstream words{text};
  for (std::string word; words >> word;) {
    if (column + 1 + word.size() > comment_width) {
      result += "\n#";
      column = 1;
    }
    result += ' ' + word;
    column += 1 + word.size();
  }
  return result + '\n';
}

} // namespace

std::string rendered_config_file() {
  config defaults;
  std::string result{preamble};
  std::string_view section;
  for (const auto& x : option_table()) {
    if (x.section != section)
      result += fmt::format("\n[{}]\n", x.section);
    else
      result += '\n';
    section = x.section;
    result += as_comment(explained(x));
    result += fmt::format("{} = {}\n", x.key, value_as_toml(x, defaults));
  }
  return result;
}

std::string rendered_option_manual() {
  config defaults;
  std::string result = "| option | default | meaning |\n|---|---|---|\n";
  for (const auto& x : option_table())
    result += fmt::format("| `{}` | `{}` | {} |\n", full_name(x), value_as_toml(x, defaults),
                          explained(x));
  return result;
}

std::string rendered_exit_codes() {
  std::string result = "| code | meaning |\n|---|---|\n";
  for (const auto& x : exit_codes())
    result += fmt::format("| {} | {} |\n", static_cast<unsigned>(x.code), x.meaning);
  return result;
}

} // namespace tocsin::app
