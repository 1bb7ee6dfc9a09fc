#include "channels/settings_reader.hpp"

#include "channels/characters.hpp"
#include "messages/field_errors.hpp"
#include "messages/json_pointer.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace tocsin::channels {

namespace {

namespace json = boost::json;

constexpr std::string_view root = "/settings";

std::string pointer_to(std::string_view place) {
  return fmt::format("{}/{}", root, place);
}

} // namespace

settings_reader::settings_reader(std::string_view text) {
  json::error_code ec;
  auto value = json::parse({text.data(), text.size()}, ec);
  if (!ec && value.is_object())
    object_ = std::move(value.get_object());
  else
    errors_.push_back({std::string{root}, "wrong_type", "'settings' must be a JSON object"});
}

const json::value* settings_reader::find(std::string_view key) {
  known_.emplace(key);
  auto i = object_.find({key.data(), key.size()});
  return i == object_.end() || i->value().is_null() ? nullptr : &i->value();
}

void settings_reader::complain(std::string_view place, std::string code, std::string detail) {
  if (is_full(errors_))
    return;
  errors_.push_back({pointer_to(place), std::move(code), std::move(detail)});
}

bool settings_reader::has_complaint(std::string_view place) const {
  auto pointer = pointer_to(place);
  return std::any_of(errors_.begin(), errors_.end(),
                     [&](auto& x) { return x.pointer == pointer || x.pointer == root; });
}

void settings_reader::refuse_type(std::string_view place, std::string_view wanted) {
  complain(place, "wrong_type", fmt::format("'{}' takes {}", place, wanted));
}

bool settings_reader::check_text(std::string_view key, std::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes)
    complain(key, "too_long", fmt::format("'{}' must be at most {} bytes long", key, max_bytes));
  else if (has_controls(text))
    complain(key, "invalid", fmt::format("'{}' must not contain control characters", key));
  else
    return true;
  return false;
}

std::string settings_reader::text(std::string_view key, size_t max_bytes) {
  auto* value = find(key);
  if (!value)
    return {};
  if (!value->is_string()) {
    refuse_type(key, "a string");
    return {};
  }
  std::string_view result{value->get_string().data(), value->get_string().size()};
  return check_text(key, result, max_bytes) ? std::string{result} : std::string{};
}

std::string settings_reader::required_text(std::string_view key, size_t max_bytes) {
  auto result = text(key, max_bytes);
  if (result.empty() && !has_complaint(key))
    complain(key, "required", fmt::format("'{}' is required", key));
  return result;
}

std::string settings_reader::required_text_or_number(std::string_view key, size_t max_bytes) {
  auto* value = find(key);
  if (value && value->is_int64())
    return fmt::format("{}", value->get_int64());
  return required_text(key, max_bytes);
}

std::optional<int64_t> settings_reader::integer(std::string_view key, int64_t min, int64_t max) {
  auto* value = find(key);
  if (!value)
    return std::nullopt;
  std::optional<int64_t> result;
  if (value->is_int64()) {
    result = value->get_int64();
  } else if (value->is_string()) {
    auto& text = value->get_string();
    int64_t number = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec == std::errc{} && end == text.data() + text.size())
      result = number;
  }
  if (!result) {
    refuse_type(key, "a whole number");
  } else if (*result < min || *result > max) {
    complain(key, "out_of_range", fmt::format("'{}' must be from {} to {}", key, min, max));
    return std::nullopt;
  }
  return result;
}

std::vector<std::string> settings_reader::required_list(std::string_view key, size_t max_count) {
  std::vector<std::string> result;
  auto* value = find(key);
  if (!value) {
    if (!has_complaint(key))
      complain(key, "required", fmt::format("'{}' is required", key));
    return result;
  }
  if (!value->is_array()) {
    refuse_type(key, "a list of strings");
    return result;
  }
  auto& list = value->get_array();
  if (list.empty())
    complain(key, "too_few", fmt::format("'{}' needs at least one entry", key));
  if (list.size() > max_count)
    complain(key, "too_many", fmt::format("'{}' must have at most {} entries", key, max_count));
  for (size_t i = 0; i < list.size() && i < max_count; ++i) {
    auto& text = result.emplace_back();
    if (list[i].is_string())
      text.assign(list[i].get_string().data(), list[i].get_string().size());
    else
      refuse_type(fmt::format("{}/{}", key, i), "a string");
  }
  return result;
}

std::map<std::string, std::string> settings_reader::texts(std::string_view key) {
  auto* value = find(key);
  return value ? texts_of(std::string{key}, *value) : std::map<std::string, std::string>{};
}

std::map<std::string, std::map<std::string, std::string>>
settings_reader::objects_of_texts(std::string_view key) {
  std::map<std::string, std::map<std::string, std::string>> result;
  auto* value = find(key);
  if (!value)
    return result;
  if (!value->is_object()) {
    refuse_type(key, "an object");
    return result;
  }
  for (auto& member : value->get_object()) {
    std::string name{member.key().data(), member.key().size()};
    if (!member.value().is_null())
      result[name] = texts_of(extend_pointer(key, name), member.value());
  }
  return result;
}

std::map<std::string, std::string> settings_reader::texts_of(const std::string& place,
                                                             const json::value& from) {
  std::map<std::string, std::string> result;
  if (!from.is_object()) {
    refuse_type(place, "an object of strings");
    return result;
  }
  for (auto& member : from.get_object()) {
    std::string name{member.key().data(), member.key().size()};
    if (member.value().is_string())
      result[name]
        = std::string{member.value().get_string().data(), member.value().get_string().size()};
    else if (!member.value().is_null())
      refuse_type(extend_pointer(place, name), "a string");
  }
  return result;
}

std::optional<failure> settings_reader::finish() {
  for (auto& member : object_) {
    std::string_view key{member.key().data(), member.key().size()};
    if (known_.find(key) == known_.end() && !is_full(errors_))
      errors_.push_back({extend_pointer(root, key), "unknown_key",
                         fmt::format("'{}' is not a setting of this channel", key)});
  }
  if (errors_.empty())
    return std::nullopt;
  return fail(errc::invalid_argument, "the channel's settings are not valid", std::move(errors_));
}

} // namespace tocsin::channels
