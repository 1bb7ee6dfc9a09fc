#include "tests/support/standin/discord_form.hpp"

#include "tests/support/standin/json_shape.hpp"
#include "tests/support/standin/text_units.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string{key} : fmt::format("{}.{}", path, key);
}

form_fault only_form_keys(const json::object& object, const std::string& path,
                          std::initializer_list<std::string_view> allowed) {
  if (auto key = unknown_key(object, allowed))
    return form_error{joined(path, *key), "UNKNOWN_FIELD", "This field is not known."};
  return std::nullopt;
}

form_fault check_form_text(const json::object& object, std::string_view key,
                           const std::string& path, std::size_t least, std::size_t most,
                           bool required) {
  const auto* value = object.if_contains(key);
  if (value == nullptr) {
    if (!required)
      return std::nullopt;
    return form_error{joined(path, key), "BASE_TYPE_REQUIRED", "This field is required"};
  }
  if (!value->is_string())
    return form_error{joined(path, key), "STRING_TYPE_CONVERT", "Could not interpret as string."};
  auto size = code_points(trimmed(value->get_string()));
  if (size == 0 && least > 0)
    return form_error{joined(path, key), "BASE_TYPE_REQUIRED", "This field is required"};
  if (size > most)
    return form_error{joined(path, key), "BASE_TYPE_MAX_LENGTH",
                      fmt::format("Must be {} or fewer in length.", most)};
  return std::nullopt;
}

form_fault check_form_url(const json::object& object, std::string_view key,
                          const std::string& path) {
  if (auto f = check_form_text(object, key, path, 1, 2048))
    return f;
  const auto* value = object.if_contains(key);
  if (value != nullptr && !is_web_url(value->get_string()))
    return form_error{joined(path, key), "URL_TYPE_INVALID_URL", "Not a well formed URL."};
  return std::nullopt;
}

form_fault check_form_flag(const json::object& object, std::string_view key,
                           const std::string& path) {
  const auto* value = object.if_contains(key);
  if (value != nullptr && !value->is_bool())
    return form_error{joined(path, key), "BOOLEAN_TYPE_CONVERT", "Must be either true or false."};
  return std::nullopt;
}

std::string form_error_body(const form_error& error) {
  json::object inner{
    {"_errors", json::array{json::object{{"code", error.code}, {"message", error.message}}}}};
  std::string_view path = error.path;
  while (!path.empty()) {
    auto dot = path.rfind('.');
    auto key = dot == std::string_view::npos ? path : path.substr(dot + 1);
    json::object outer;
    outer[key] = std::move(inner);
    inner = std::move(outer);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  }
  return json::serialize(
    json::object{{"message", "Invalid Form Body"}, {"code", 50035}, {"errors", std::move(inner)}});
}

} // namespace tocsin::standin
