#include "http/json/yaml_text.hpp"

#include "messages/json_string.hpp"
#include "messages/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace tocsin::http {

namespace json = boost::json;

namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/// What stands for no text without quotes: in YAML 1.1 some more words than in 1.2.
bool is_reserved(std::string_view word) {
  static constexpr std::array<std::string_view, 9> words{"y",   "yes",  "n",     "no",  "on",
                                                         "off", "true", "false", "null"};
  return std::find(words.begin(), words.end(), lower_ascii(std::string{word})) != words.end();
}

bool is_plain(std::string_view text) {
  auto is_fit = [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9')
           || std::string_view{" ./@-"}.find(c) != std::string_view::npos;
  };
  return !text.empty() && is_letter(text.front()) && text.back() != ' '
         && std::all_of(text.begin(), text.end(), is_fit) && !is_reserved(text);
}

void append_text(std::string& out, std::string_view text) {
  if (is_plain(text))
    out += text;
  else
    append_json_string(out, text);
}

void append_flow(std::string& out, const json::value& x) {
  if (const auto* text = x.if_string())
    return append_text(out, *text);
  const auto* list = x.if_array();
  if (list == nullptr) {
    // JSON is YAML.
    out += json::serialize(x);
    return;
  }
  out += '[';
  for (const auto& element : *list) {
    if (&element != list->data())
      out += ", ";
    append_flow(out, element);
  }
  out += ']';
}

} // namespace

void append_yaml(std::string& out, const json::object& x, size_t depth) {
  for (const auto& [key, value] : x) {
    out.append(2 * depth, ' ');
    append_text(out, key);
    out += ':';
    if (const auto* inner = value.if_object(); inner != nullptr && !inner->empty()) {
      out += '\n';
      append_yaml(out, *inner, depth + 1);
    } else {
      out += ' ';
      append_flow(out, value);
      out += '\n';
    }
  }
}

} // namespace tocsin::http
