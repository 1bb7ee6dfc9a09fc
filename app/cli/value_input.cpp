#include "app/cli/value_input.hpp"

#include <fmt/format.h>

#include <fstream>
#include <istream>
#include <iterator>

namespace tocsin::cli {

expected<std::string> value_input::resolve(const std::string& option, const std::string& text) {
  if (text != "-" && !text.starts_with('@'))
    return text;
  auto content = read(option, text == "-" ? text : text.substr(1));
  if (!content)
    return content;
  std::string result = *content;
  if (result.ends_with('\n'))
    result.pop_back();
  if (result.ends_with('\r'))
    result.pop_back();
  if (result.empty())
    return fail(errc::invalid_argument, fmt::format("{}: what '{}' holds is empty", option, text));
  return result;
}

expected<std::string> value_input::read(const std::string& option, const std::string& path) {
  using iterator = std::istreambuf_iterator<char>;
  if (path == "-") {
    if (std::exchange(consumed_, true))
      return fail(errc::invalid_argument,
                  fmt::format("{}: the standard input can be read only once", option));
    return std::string{iterator{in_}, iterator{}};
  }
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return fail(errc::invalid_argument, fmt::format("{}: cannot read '{}'", option, path));
  return std::string{iterator{file}, iterator{}};
}

} // namespace tocsin::cli
