#include "tests/support/standin/discord_embeds.hpp"

#include "tests/support/standin/text_units.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::size_t max_embeds = 10;
constexpr std::size_t max_fields = 25;
constexpr std::size_t max_total = 6000;
constexpr std::int64_t max_color = 0xFFFFFF;

form_error too_many(std::string path, std::size_t most) {
  return {std::move(path), "BASE_TYPE_MAX_LENGTH",
          fmt::format("Must be {} or fewer in length.", most)};
}

form_error not_a_dictionary(std::string path) {
  return {std::move(path), "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType"};
}

/// Adds up the texts that count towards the limit on all embeds together.
class text_total {
public:
  void add(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    if (value != nullptr && value->is_string())
      total_ += code_points(trimmed(value->get_string()));
  }
  std::size_t value() const { return total_; }

private:
  std::size_t total_ = 0;
};

form_fault check_fields(const json::object& embed, const std::string& path, text_total& total) {
  const auto* fields = embed.if_contains("fields");
  if (fields == nullptr)
    return std::nullopt;
  auto here = joined(path, "fields");
  if (!fields->is_array())
    return form_error{here, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"};
  const auto& array = fields->get_array();
  if (array.size() > max_fields)
    return too_many(here, max_fields);
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto at = joined(here, std::to_string(i));
    const auto* field = array[i].if_object();
    if (field == nullptr)
      return not_a_dictionary(at);
    if (auto f = only_form_keys(*field, at, {"name", "value", "inline"}))
      return f;
    if (auto f = check_form_text(*field, "name", at, 1, 256, true))
      return f;
    if (auto f = check_form_text(*field, "value", at, 1, 1024, true))
      return f;
    if (auto f = check_form_flag(*field, "inline", at))
      return f;
    total.add(*field, "name");
    total.add(*field, "value");
  }
  return std::nullopt;
}

/// Checks one of the small objects of an embed: footer, author, image, thumbnail.
form_fault check_part(const json::object& embed, std::string_view key, const std::string& path,
                      std::string_view text_key, std::size_t most, text_total& total) {
  const auto* value = embed.if_contains(key);
  if (value == nullptr)
    return std::nullopt;
  auto here = joined(path, key);
  const auto* part = value->if_object();
  if (part == nullptr)
    return not_a_dictionary(here);
  auto f = key == "author"   ? only_form_keys(*part, here, {"name", "url", "icon_url"})
           : key == "footer" ? only_form_keys(*part, here, {"text", "icon_url"})
                             : only_form_keys(*part, here, {"url"});
  if (f)
    return f;
  for (auto url : {"url", "icon_url"}) {
    if ((f = check_form_url(*part, url, here)))
      return f;
  }
  if (text_key.empty())
    return std::nullopt;
  total.add(*part, text_key);
  return check_form_text(*part, text_key, here, 1, most, true);
}

form_fault check_color(const json::object& embed, const std::string& path) {
  const auto* color = embed.if_contains("color");
  if (color == nullptr)
    return std::nullopt;
  const auto* number = color->if_int64();
  if (number == nullptr || *number < 0 || *number > max_color)
    return form_error{joined(path, "color"), "NUMBER_TYPE_MAX",
                      "int value should be less than or equal to 16777215."};
  return std::nullopt;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// True if `text` has the shape of `pattern`, in which 9 stands for any digit.
bool has_shape(std::string_view text, std::string_view pattern) {
  return std::ranges::equal(
    text, pattern, [](char c, char wanted) { return wanted == '9' ? is_digit(c) : c == wanted; });
}

/// True for a full ISO 8601 time with its zone, such as `2026-03-29T14:30:00.5+02:00`.
bool is_timestamp(std::string_view text) {
  constexpr std::string_view pattern = "9999-99-99T99:99:99";
  if (!has_shape(text.substr(0, pattern.size()), pattern))
    return false;
  text.remove_prefix(pattern.size());
  if (text.starts_with('.')) {
    auto end = std::ranges::find_if_not(text.substr(1), is_digit);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
  return text == "Z" || has_shape(text, "+99:99") || has_shape(text, "-99:99");
}

form_fault check_timestamp(const json::object& embed, const std::string& path) {
  const auto* timestamp = embed.if_contains("timestamp");
  if (timestamp == nullptr)
    return std::nullopt;
  if (!timestamp->is_string() || !is_timestamp(timestamp->get_string()))
    return form_error{joined(path, "timestamp"), "DATE_TIME_TYPE_PARSE",
                      "Could not parse. Should be ISO8601."};
  return std::nullopt;
}

form_fault check_embed(const json::object& embed, const std::string& path, text_total& total) {
  if (auto f = only_form_keys(embed, path,
                              {"title", "type", "description", "url", "timestamp", "color",
                               "footer", "image", "thumbnail", "author", "fields"}))
    return f;
  if (auto f = check_form_text(embed, "title", path, 0, 256))
    return f;
  if (auto f = check_form_text(embed, "description", path, 0, 4096))
    return f;
  total.add(embed, "title");
  total.add(embed, "description");
  if (auto f = check_form_url(embed, "url", path))
    return f;
  if (auto f = check_color(embed, path))
    return f;
  if (auto f = check_timestamp(embed, path))
    return f;
  const auto* type = embed.if_contains("type");
  if (type != nullptr && *type != "rich")
    return form_error{joined(path, "type"), "BASE_TYPE_CHOICES", "Value must be one of ('rich')."};
  if (auto f = check_part(embed, "footer", path, "text", 2048, total))
    return f;
  if (auto f = check_part(embed, "author", path, "name", 256, total))
    return f;
  for (auto key : {"image", "thumbnail"}) {
    if (auto f = check_part(embed, key, path, {}, 0, total))
      return f;
  }
  return check_fields(embed, path, total);
}

/// True if the embed would show something.
bool shows_something(const json::object& embed) {
  auto has_text = [&](std::string_view key) {
    const auto* value = embed.if_contains(key);
    return value != nullptr && value->is_string() && !trimmed(value->get_string()).empty();
  };
  if (has_text("title") || has_text("description"))
    return true;
  const auto* fields = embed.if_contains("fields");
  return embed.contains("author") || embed.contains("footer") || embed.contains("image")
         || embed.contains("thumbnail")
         || (fields != nullptr && fields->is_array() && !fields->get_array().empty());
}

} // namespace

form_fault check_embeds(const json::value& embeds) {
  if (!embeds.is_array())
    return form_error{"embeds", "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType"};
  const auto& array = embeds.get_array();
  if (array.size() > max_embeds)
    return too_many("embeds", max_embeds);
  text_total total;
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto path = joined("embeds", std::to_string(i));
    const auto* embed = array[i].if_object();
    if (embed == nullptr)
      return not_a_dictionary(path);
    if (auto f = check_embed(*embed, path, total))
      return f;
    if (!shows_something(*embed))
      return form_error{joined(path, "description"), "BASE_TYPE_REQUIRED",
                        "This field is required"};
  }
  if (total.value() > max_total)
    return form_error{"embeds", "MAX_EMBED_SIZE_EXCEEDED",
                      fmt::format("Embed size exceeds maximum size of {}", max_total)};
  return std::nullopt;
}

} // namespace tocsin::standin
