#include "tests/support/standin/slack_blocks.hpp"

#include "tests/support/standin/slack_text.hpp"
#include "tests/support/standin/text_units.hpp"

#include <fmt/format.h>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

constexpr std::size_t max_blocks = 50;
constexpr std::size_t max_section_fields = 10;
constexpr std::size_t max_context_elements = 10;
constexpr std::size_t max_action_elements = 25;

text_limit up_to(std::size_t most) {
  return {1, most, utf16_units};
}

std::string_view type_of(const json::object& object) {
  const auto* type = object.if_contains("type");
  return type != nullptr && type->is_string() ? std::string_view{type->get_string()}
                                              : std::string_view{};
}

/// Faults `object[key]` if it is not an array of 1 to `most` elements.
fault check_array(const json::object& object, std::string_view key, const std::string& where,
                  std::size_t most) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_array())
    return fmt::format("{}: \"{}\" is not an array", where, key);
  auto size = value->get_array().size();
  if (size == 0 || size > most)
    return fmt::format("{}: \"{}\" has {} elements, not 1 to {}", where, key, size, most);
  return std::nullopt;
}

} // namespace

fault slack_block_check::check(const json::value& blocks, const std::string& where) {
  if (!blocks.is_array())
    return where + " is not an array";
  const auto& array = blocks.get_array();
  if (array.size() > max_blocks)
    return fmt::format("{} has {} of at most {} blocks", where, array.size(), max_blocks);
  for (std::size_t i = 0; i < array.size(); ++i) {
    auto here = fmt::format("{}[{}]", where, i);
    if (!array[i].is_object())
      return here + " is not an object";
    if (auto f = check_block(array[i].get_object(), here))
      return f;
  }
  return std::nullopt;
}

fault slack_block_check::check_block(const json::object& block, const std::string& where) {
  if (auto f = check_block_id(block, where))
    return f;
  auto type = type_of(block);
  if (type == "section")
    return check_section(block, where);
  if (type == "header")
    return check_header(block, where);
  if (type == "context")
    return check_context(block, where);
  if (type == "actions")
    return check_actions(block, where);
  if (type == "image")
    return check_image(block, where, true);
  if (type == "markdown")
    return check_markdown(block, where);
  if (type == "divider")
    return only_keys(block, where, {"type", "block_id"});
  return fmt::format("{}: unsupported block type \"{}\"", where, type);
}

fault slack_block_check::check_block_id(const json::object& block, const std::string& where) {
  if (auto f = check_text(block, "block_id", where, up_to(255)))
    return f;
  const auto* id = block.if_contains("block_id");
  if (id != nullptr && !block_ids_.emplace(id->get_string()).second)
    return fmt::format("{}: block_id is used twice", where);
  return std::nullopt;
}

fault slack_block_check::check_section(const json::object& block, const std::string& where) {
  if (auto f
      = only_keys(block, where, {"type", "block_id", "text", "fields", "accessory", "expand"}))
    return f;
  if (auto f = check_flags(block, where, {"expand"}))
    return f;
  const auto* text = block.if_contains("text");
  if (text == nullptr && !block.contains("fields"))
    return where + ": a section needs text or fields";
  if (text != nullptr) {
    if (auto f = check_text_object(text, where + ".text", 3000, false))
      return f;
  }
  if (block.contains("fields")) {
    if (auto f = check_array(block, "fields", where, max_section_fields))
      return f;
    for (const auto& item : block.at("fields").get_array()) {
      if (auto f = check_text_object(&item, where + ".fields", 2000, false))
        return f;
    }
  }
  const auto* accessory = block.if_contains("accessory");
  if (accessory == nullptr)
    return std::nullopt;
  if (accessory->is_object() && type_of(accessory->get_object()) == "image")
    return check_image(accessory->get_object(), where + ".accessory", false);
  return check_button(*accessory, where + ".accessory");
}

fault slack_block_check::check_header(const json::object& block, const std::string& where) {
  if (auto f = only_keys(block, where, {"type", "block_id", "text"}))
    return f;
  return check_text_object(block.if_contains("text"), where + ".text", 150, true);
}

fault slack_block_check::check_context(const json::object& block, const std::string& where) {
  if (auto f = only_keys(block, where, {"type", "block_id", "elements"}))
    return f;
  if (auto f = check_array(block, "elements", where, max_context_elements))
    return f;
  for (const auto& element : block.at("elements").get_array()) {
    bool image = element.is_object() && type_of(element.get_object()) == "image";
    auto f = image ? check_image(element.get_object(), where + ".elements", false)
                   : check_text_object(&element, where + ".elements", 3000, false);
    if (f)
      return f;
  }
  return std::nullopt;
}

fault slack_block_check::check_actions(const json::object& block, const std::string& where) {
  if (auto f = only_keys(block, where, {"type", "block_id", "elements"}))
    return f;
  if (auto f = check_array(block, "elements", where, max_action_elements))
    return f;
  action_ids_.clear();
  for (const auto& element : block.at("elements").get_array()) {
    if (auto f = check_button(element, where + ".elements"))
      return f;
  }
  return std::nullopt;
}

fault slack_block_check::check_button(const json::value& element, const std::string& where) {
  const auto* button = element.if_object();
  if (button == nullptr || type_of(*button) != "button")
    return where + ": not a button";
  if (auto f
      = only_keys(*button, where,
                  {"type", "text", "action_id", "url", "value", "style", "accessibility_label"}))
    return f;
  if (auto f = check_text_object(button->if_contains("text"), where + ".text", 75, true))
    return f;
  if (auto f = check_url(*button, "url", where, 3000))
    return f;
  for (auto [key, most] :
       {std::pair{"action_id", 255}, {"value", 2000}, {"style", 10}, {"accessibility_label", 75}}) {
    if (auto f = check_text(*button, key, where, up_to(static_cast<std::size_t>(most))))
      return f;
  }
  const auto* style = button->if_contains("style");
  if (style != nullptr && *style != "primary" && *style != "danger")
    return where + ": style is neither primary nor danger";
  const auto* id = button->if_contains("action_id");
  if (id != nullptr && !action_ids_.emplace(id->get_string()).second)
    return where + ": action_id is used twice";
  return std::nullopt;
}

fault slack_block_check::check_image(const json::object& image, const std::string& where,
                                     bool is_block) {
  auto f = is_block
             ? only_keys(image, where, {"type", "block_id", "image_url", "alt_text", "title"})
             : only_keys(image, where, {"type", "image_url", "alt_text"});
  if (f)
    return f;
  if ((f = check_url(image, "image_url", where, 3000, presence::required)))
    return f;
  if ((f = check_text(image, "alt_text", where, up_to(2000), presence::required)))
    return f;
  if (const auto* title = image.if_contains("title"))
    return check_text_object(title, where + ".title", 2000, true);
  return std::nullopt;
}

fault slack_block_check::check_markdown(const json::object& block, const std::string& where) {
  if (auto f = only_keys(block, where, {"type", "block_id", "text"}))
    return f;
  if (auto f = check_text(block, "text", where, up_to(12000), presence::required))
    return f;
  std::string_view text = block.at("text").get_string();
  characters_ += utf16_units(text);
  return check_mrkdwn(text, where + ".text");
}

fault slack_block_check::check_text_object(const json::value* value, const std::string& where,
                                           std::size_t most, bool plain_only) {
  const auto* object = value == nullptr ? nullptr : value->if_object();
  if (object == nullptr)
    return where + " is not a text object";
  auto type = type_of(*object);
  bool plain = type == "plain_text";
  if (!plain && (plain_only || type != "mrkdwn"))
    return fmt::format("{}: text type \"{}\" does not belong here", where, type);
  auto f = plain ? only_keys(*object, where, {"type", "text", "emoji"})
                 : only_keys(*object, where, {"type", "text", "verbatim"});
  if (f)
    return f;
  if ((f = check_flags(*object, where, {"emoji", "verbatim"})))
    return f;
  if ((f = check_text(*object, "text", where, up_to(most), presence::required)))
    return f;
  std::string_view text = object->at("text").get_string();
  characters_ += utf16_units(text);
  return plain ? std::nullopt : check_mrkdwn(text, where);
}

} // namespace tocsin::standin
