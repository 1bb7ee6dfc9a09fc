#include "app/config/config_file.hpp"

#include "app/config/nearest_name.hpp"
#include "app/config/option_table.hpp"

#include <fmt/format.h>
#include <toml.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <sstream>

namespace tocsin::app {

namespace {

using toml_value = toml::basic_value<toml::discard_comments, std::map>;

/// The library gives the nearest number that it can hold; no option takes either.
raw_value to_raw(int64_t x) {
  using limits = std::numeric_limits<int64_t>;
  if (x == limits::max())
    return other_value{"a number that is too large"};
  if (x == limits::min())
    return other_value{"a number that is too small"};
  return x;
}

raw_value to_raw(const toml_value& x) {
  switch (x.type()) {
  case toml::value_t::boolean: return x.as_boolean();
  case toml::value_t::integer: return to_raw(x.as_integer());
  case toml::value_t::string: return x.as_string().str;
  case toml::value_t::floating: return other_value{fmt::format("the number {}", x.as_floating())};
  case toml::value_t::array: return other_value{"an array"};
  case toml::value_t::table: return other_value{"a table"};
  default: return other_value{"a date or a time"};
  }
}

std::string suggestion(std::string_view name) {
  return name.empty() ? std::string{} : fmt::format("; did you mean '{}'?", name);
}

bool is_section(std::string_view name) {
  return std::ranges::any_of(option_table(), [name](const option& x) { return x.section == name; });
}

std::string nearest_section(std::string_view name) {
  std::string result;
  auto best = tolerated_distance(name) + 1;
  for (const auto& x : option_table()) {
    auto distance = edit_distance(name, x.section);
    if (distance < best) {
      best = distance;
      result = x.section;
    }
  }
  return result;
}

/// Walks the document and takes from it what the option table knows.
class reader {
public:
  reader(const std::string& name, config& values, origins& from, std::vector<problem>& faults)
    : name_(name), values_(values), from_(from), faults_(faults) {
    // nop
  }

  void read_document(const toml_value& document) {
    for (const auto& [key, value] : document.as_table()) {
      if (is_section(key))
        read_section(key, value);
      else if (value.is_table())
        report(place_of_key(value, key),
               fmt::format("unknown section '{}'{}", key, suggestion(nearest_section(key))));
      else
        report(place_of_key(value, key),
               fmt::format("unknown key '{}'{}", key, suggestion(nearest_option(key))));
    }
  }

private:
  void read_section(const std::string& section, const toml_value& content) {
    if (!content.is_table()) {
      report(place_of(content),
             fmt::format("{}: expected a section [{}], found a value", section, section));
      return;
    }
    for (const auto& [key, value] : content.as_table()) {
      auto name = fmt::format("{}.{}", section, key);
      if (const auto* known = find_option(name))
        read_value(*known, value);
      else
        report(place_of_key(value, key),
               fmt::format("unknown key '{}'{}", name, suggestion(nearest_option(name))));
    }
  }

  void read_value(const option& known, const toml_value& value) {
    auto place = place_of(value);
    auto fault = assign(known, to_raw(value), values_);
    if (fault)
      report(place, *fault);
    place.text = fault.value_or("");
    from_[full_name(known)] = std::move(place);
  }

  problem place_of(const toml_value& x) const {
    auto at = x.location();
    return {name_, at.line(), at.column(), {}};
  }

  /// The library keeps no places of keys: a key is looked for on the line of its value.
  problem place_of_key(const toml_value& x, std::string_view key) const {
    auto result = place_of(x);
    auto column = x.location().line_str().find(key);
    if (column != std::string::npos)
      result.column = static_cast<unsigned>(column + 1);
    return result;
  }

  void report(problem at, std::string text) {
    at.text = std::move(text);
    faults_.push_back(std::move(at));
  }

  const std::string& name_;
  config& values_;
  origins& from_;
  std::vector<problem>& faults_;
};

/// The first line of what the library says, without its prefix.
std::string summary(std::string_view message) {
  if (message.starts_with("[error] "))
    message.remove_prefix(8);
  if (message.starts_with("toml::"))
    message.remove_prefix(6);
  return std::string{message.substr(0, message.find('\n'))};
}

} // namespace

std::string to_string(const problem& x) {
  if (x.line == 0)
    return fmt::format("{}: {}", x.source, x.text);
  return fmt::format("{}:{}:{}: {}", x.source, x.line, x.column, x.text);
}

void read_config_text(const std::string& text, const std::string& name, config& values,
                      origins& from, std::vector<problem>& faults) {
  try {
    std::istringstream in{text};
    auto document = toml::parse<toml::discard_comments, std::map>(in, name);
    reader{name, values, from, faults}.read_document(document);
  } catch (const toml::exception& fault) {
    const auto& at = fault.location();
    faults.push_back(
      {name, at.line(), at.column(), fmt::format("not TOML: {}", summary(fault.what()))});
  } catch (const std::exception& fault) {
    faults.push_back({name, 0, 0, fmt::format("not TOML: {}", summary(fault.what()))});
  }
}

void read_config_file(const std::filesystem::path& path, config& values, origins& from,
                      std::vector<problem>& faults) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    faults.push_back({path.native(), 0, 0, "the configuration cannot be read: it is a directory"});
    return;
  }
  std::ifstream in{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in.is_open() || in.bad()) {
    faults.push_back({path.native(), 0, 0,
                      fmt::format("the configuration cannot be read: {}", std::strerror(errno))});
    return;
  }
  read_config_text(text, path.native(), values, from, faults);
}

std::filesystem::path find_config_file(const std::filesystem::path& named,
                                       const std::filesystem::path& by_variable,
                                       const std::filesystem::path& system_file) {
  if (!named.empty())
    return named;
  if (!by_variable.empty())
    return by_variable;
  std::error_code ignored;
  return std::filesystem::exists(system_file, ignored) ? system_file : std::filesystem::path{};
}

} // namespace tocsin::app
