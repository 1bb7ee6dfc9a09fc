#include "tests/support/standin/json_shape.hpp"

#include "tests/support/standin/text_units.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

std::optional<json::value> parse_json(std::string_view body, std::size_t max_depth,
                                      std::string& reason) {
  json::parse_options options;
  options.max_depth = max_depth;
  json::error_code ec;
  auto value = json::parse(body, ec, {}, options);
  if (!ec)
    return value;
  reason = valid_utf8(body) ? fmt::format("not JSON: {}", ec.message()) : "not valid UTF-8";
  return std::nullopt;
}

std::optional<std::string_view> unknown_key(const json::object& object,
                                            std::initializer_list<std::string_view> allowed) {
  for (const auto& member : object) {
    std::string_view key = member.key();
    if (std::ranges::find(allowed, key) == allowed.end())
      return key;
  }
  return std::nullopt;
}

fault only_keys(const json::object& object, std::string_view where,
                std::initializer_list<std::string_view> allowed) {
  if (auto key = unknown_key(object, allowed))
    return fmt::format("{}: unknown key \"{}\"", where, *key);
  return std::nullopt;
}

fault check_text(const json::object& object, std::string_view key, std::string_view where,
                 text_limit limit, presence needed) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) {
    if (needed == presence::optional)
      return std::nullopt;
    return fmt::format("{}: \"{}\" is missing", where, key);
  }
  const auto* text = value->if_string();
  if (text == nullptr)
    return fmt::format("{}: \"{}\" is not a string", where, key);
  if (limit.measure(trimmed(*text)) < limit.least)
    return fmt::format("{}: \"{}\" is empty", where, key);
  if (auto size = limit.measure(*text); size > limit.most)
    return fmt::format("{}: \"{}\" has {} of at most {} characters", where, key, size, limit.most);
  return std::nullopt;
}

fault check_flags(const json::object& object, std::string_view where,
                  std::initializer_list<std::string_view> keys) {
  for (auto key : keys) {
    const auto* value = object.if_contains(key);
    if (value != nullptr && !value->is_bool())
      return fmt::format("{}: \"{}\" is neither true nor false", where, key);
  }
  return std::nullopt;
}

bool is_web_url(std::string_view text) {
  std::string_view rest;
  if (text.starts_with("https://"))
    rest = text.substr(8);
  else if (text.starts_with("http://"))
    rest = text.substr(7);
  if (rest.empty() || rest.front() == '/')
    return false;
  return std::ranges::none_of(text, [](unsigned char c) { return c <= 0x20 || c == 0x7F; });
}

fault check_url(const json::object& object, std::string_view key, std::string_view where,
                std::size_t most, presence needed) {
  auto bytes = [](std::string_view text) { return text.size(); };
  if (auto f = check_text(object, key, where, {1, most, bytes}, needed))
    return f;
  const auto* value = object.if_contains(key);
  if (value != nullptr && !is_web_url(value->get_string()))
    return fmt::format("{}: \"{}\" is not an http or https URL", where, key);
  return std::nullopt;
}

} // namespace tocsin::standin
