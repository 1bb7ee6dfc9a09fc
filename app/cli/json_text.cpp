#include "app/cli/json_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

void break_line(std::string& out, size_t depth) {
  out += '\n';
  out.append(2 * depth, ' ');
}

/// The length of the string that begins `text`, quotes included.
size_t string_length(std::string_view text) {
  size_t i = 1;
  while (i < text.size() && text[i] != '"')
    i += text[i] == '\\' ? 2 : 1;
  return std::min(i + 1, text.size());
}

} // namespace

std::string indented(std::string_view text) {
  std::string result;
  size_t depth = 0;
  char before = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = text[i];
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
      continue;
    bool closes = c == '}' || c == ']';
    bool opened = before == '{' || before == '[';
    if (closes)
      --depth;
    if (before == ',' || (opened && !closes) || (closes && !opened))
      break_line(result, depth);
    if (c == '"') {
      auto length = string_length(text.substr(i));
      result += text.substr(i, length);
      i += length - 1;
    } else {
      result += c;
    }
    if (c == ':')
      result += ' ';
    if (c == '{' || c == '[')
      ++depth;
    before = c;
  }
  return result;
}

const boost::json::value& member(const boost::json::value& x, std::string_view name) {
  static const boost::json::value none;
  const auto* object = x.if_object();
  const auto* found = object ? object->if_contains(name) : nullptr;
  return found ? *found : none;
}

bool is_set(const boost::json::value& x, std::string_view name) {
  const auto* value = member(x, name).if_bool();
  return value && *value;
}

std::string cell(const boost::json::value& x) {
  switch (x.kind()) {
  case boost::json::kind::null: return "-";
  case boost::json::kind::bool_: return x.get_bool() ? "yes" : "no";
  case boost::json::kind::int64: return fmt::format("{}", x.get_int64());
  case boost::json::kind::uint64: return fmt::format("{}", x.get_uint64());
  case boost::json::kind::double_: return fmt::format("{}", x.get_double());
  case boost::json::kind::string: return {x.get_string().data(), x.get_string().size()};
  case boost::json::kind::object: return boost::json::serialize(x);
  case boost::json::kind::array: break;
  }
  std::string result;
  for (const auto& element : x.get_array()) {
    if (!result.empty())
      result += ", ";
    result += cell(element);
  }
  return result;
}

std::string cell(const boost::json::value& x, std::string_view name) {
  return cell(member(x, name));
}

} // namespace tocsin::cli
