#include "app/cli/value_input.hpp"

#include "app/cli/file_text.hpp"

#include <fmt/format.h>

#include <istream>

namespace tocsin::cli {

expected<std::string> value_input::resolve(const std::string& option, const std::string& text) {
  if (text != "-" && !text.starts_with('@'))
    return text;
  if (text.starts_with("@@"))
    return text.substr(1);
  auto content = read(option, text == "-" ? text : text.substr(1));
  if (!content)
    return content;
  std::string result = *content;
  if (result.ends_with('\n'))
    result.pop_back();
  if (result.ends_with('\r'))
    result.pop_back();
  if (result.empty())
    return fail(errc::invalid_argument, fmt::format("{}: '{}' is empty", option, text));
  return result;
}

expected<std::string> value_input::read(const std::string& option, const std::string& path) {
  if (path == "-") {
    if (std::exchange(consumed_, true))
      return fail(errc::invalid_argument,
                  fmt::format("{}: standard input can be read only once", option));
    auto result = read_to_end(in_);
    if (in_.bad())
      return fail(errc::invalid_argument, fmt::format("{}: standard input cannot be read", option));
    return result;
  }
  auto result = read_file_text(path);
  if (!result)
    return fail(errc::invalid_argument, fmt::format("{}: {}", option, result.error().detail));
  return result;
}

} // namespace tocsin::cli
