#include "app/cli/config/expansion.hpp"

#include "app/cli/file_text.hpp"

#include <fmt/format.h>

#include <cctype>

namespace tocsin::cli {

namespace {

bool is_variable_name(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) != 0)
    return false;
  for (unsigned char c : text)
    if (std::isalnum(c) == 0 && c != '_')
      return false;
  return true;
}

expected<std::string> value_of(const std::string& name, const value_sources& sources) {
  if (auto value = sources.variable(name); value && !value->empty())
    return *value;
  if (auto file = sources.variable(name + "_FILE"); file && !file->empty())
    return read_value_file(*file, sources);
  return fail(errc::invalid_argument,
              fmt::format("neither the variable {0} nor {0}_FILE is set", name));
}

} // namespace

expected<expanded_text> expand(const std::string& text, const value_sources& sources) {
  expanded_text result;
  for (size_t i = 0; i < text.size();) {
    if (text.compare(i, 3, "$${") == 0) {
      result.text += "${";
      i += 3;
    } else if (text.compare(i, 2, "${") == 0) {
      auto end = text.find('}', i);
      auto name = end == std::string::npos ? std::string{} : text.substr(i + 2, end - i - 2);
      if (!is_variable_name(name))
        return fail(
          errc::invalid_argument,
          "'${' must be followed by the name of a variable and '}'; '$${' stands for '${'");
      auto value = value_of(name, sources);
      if (!value)
        return value.error();
      result.text += *value;
      result.from_outside = true;
      i = end + 1;
    } else {
      result.text += text[i++];
    }
  }
  return result;
}

expected<std::string> read_value_file(const std::string& path, const value_sources& sources) {
  std::filesystem::path whole{path};
  if (whole.is_relative())
    whole = sources.directory / whole;
  auto result = read_file_text(whole);
  if (!result)
    return result;
  if (result->ends_with('\n'))
    result->pop_back();
  if (result->ends_with('\r'))
    result->pop_back();
  if (result->empty())
    return fail(errc::invalid_argument, fmt::format("the file '{}' is empty", whole.string()));
  return result;
}

} // namespace tocsin::cli
