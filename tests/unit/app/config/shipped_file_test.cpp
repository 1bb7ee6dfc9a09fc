#include "app/config/config_file.hpp"
#include "app/config/option_table.hpp"
#include "tests/unit/app/config/rendered_options.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

using namespace tocsin::app;
using testing::IsEmpty;

namespace {

std::string content(const std::string& path) {
  std::ostringstream result;
  result << std::ifstream{std::string{TOCSIN_SOURCE_DIR "/"} + path}.rdbuf();
  return result.str();
}

/// The lines between `<!-- name -->` and `<!-- /name -->`.
std::string marked(const std::string& text, const std::string& name) {
  auto opening = "<!-- " + name + " -->\n";
  auto first = text.find(opening);
  auto last = text.find("<!-- /" + name + " -->");
  if (first == text.npos || last == text.npos)
    return {};
  first += opening.size();
  return text.substr(first, last - first);
}

/// Leaves what a file must be in the temporary directory, ready to be copied over it.
std::string left_for_copying(const std::string& expected, const std::string& name) {
  auto path = testing::TempDir() + name;
  std::ofstream{path} << expected;
  return "what it must be was written to " + path;
}

} // namespace

TEST(shipped_file, shows_every_option_with_its_default) {
  auto expected = rendered_config_file();
  EXPECT_EQ(content("app/tocsin.toml"), expected) << left_for_copying(expected, "tocsin.toml");
}

TEST(shipped_file, parses_to_the_defaults_and_sets_every_option) {
  config values;
  origins from;
  std::vector<problem> faults;
  read_config_text(content("app/tocsin.toml"), "app/tocsin.toml", values, from, faults);
  EXPECT_THAT(faults, IsEmpty());
  EXPECT_EQ(from.size(), option_table().size());
  for (const auto& x : option_table())
    EXPECT_EQ(value_as_toml(x, values), value_as_toml(x, config{})) << full_name(x);
}

TEST(operations_manual, lists_every_option) {
  auto expected = rendered_option_manual();
  EXPECT_EQ(marked(content("docs/operations.md"), "options"), expected)
    << left_for_copying(expected, "options.md");
}

TEST(operations_manual, lists_every_exit_code) {
  auto expected = rendered_exit_codes();
  EXPECT_EQ(marked(content("docs/operations.md"), "exit codes"), expected)
    << left_for_copying(expected, "exit_codes.md");
}
