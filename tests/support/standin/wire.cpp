#include "tests/support/standin/wire.hpp"

#include <boost/url/parse_query.hpp>

#include <algorithm>

namespace tocsin::standin {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string_view without_blanks(std::string_view text) {
  auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos)
    return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

} // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string_view request::header(std::string_view name) const {
  auto i = std::ranges::find_if(headers,
                                [&](const field& f) { return equal_ignoring_case(f.name, name); });
  return i == headers.end() ? std::string_view{} : std::string_view{i->value};
}

reply make_reply(int status, std::string_view content_type, std::string body) {
  return {status, {{"Content-Type", std::string{content_type}}}, std::move(body)};
}

bool is_json_content_type(std::string_view content_type) {
  auto semicolon = content_type.find(';');
  if (!equal_ignoring_case(without_blanks(content_type.substr(0, semicolon)), "application/json"))
    return false;
  if (semicolon == std::string_view::npos)
    return true;
  auto parameter = without_blanks(content_type.substr(semicolon + 1));
  return equal_ignoring_case(parameter, "charset=utf-8")
         || equal_ignoring_case(parameter, "charset=\"utf-8\"");
}

std::optional<std::vector<std::pair<std::string, std::string>>>
query_params(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> result;
  if (query.empty())
    return result;
  auto parsed = boost::urls::parse_query(query);
  if (!parsed)
    return std::nullopt;
  for (auto param : *parsed)
    result.emplace_back(param.key.decode(), param.has_value ? param.value.decode() : "");
  return result;
}

} // namespace tocsin::standin
