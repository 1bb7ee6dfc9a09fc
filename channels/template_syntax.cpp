#include "channels/template_syntax.hpp"

#include "channels/characters.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace tocsin::channels {

namespace {

constexpr std::array<std::string_view, 16> known_names{
  "event", "title",    "headline",    "service",     "customer", "timestamp", "time",  "message",
  "color", "severity", "delivery_id", "public_name", "event_id", "omitted",   "facts", "details"};
/// Known within `{{#facts}}`.
constexpr std::array<std::string_view, 3> fact_names{"name", "value", "last"};
/// Deep enough for every message; each level multiplies what lists can make.
constexpr size_t max_sections = 8;

template <size_t N>
bool contains(const std::array<std::string_view, N>& names, std::string_view x) {
  return std::find(names.begin(), names.end(), x) != names.end();
}

/// Walks over the tags of a template.
class scanner {
public:
  scanner(std::string_view source, template_kind kind) : source_{source}, kind_{kind} {}

  std::optional<std::string> run() {
    if (source_.size() > max_template_bytes)
      return fmt::format("a template must be at most {} bytes long", max_template_bytes);
    if (clean_text(std::string{source_}) != source_)
      return "a template must not contain control characters other than line breaks and tabs";
    while (!fault_ && next_tag())
      ;
    if (!fault_ && !open_.empty())
      complain(open_.back().at, fmt::format("the section '{}' is not closed", open_.back().name));
    return fault_;
  }

private:
  struct section {
    std::string_view name;
    size_t at;
  };

  /// Reads one tag; false at the end of the template.
  bool next_tag() {
    auto at = source_.find("{{", position_);
    if (at == std::string_view::npos)
      return false;
    auto end = source_.find("}}", at + 2);
    auto content = source_.substr(at + 2, end == std::string_view::npos ? end : end - at - 2);
    if (content.starts_with('{'))
      complain(at, "values are always escaped: write two braces, '{{name}}'");
    else if (end == std::string_view::npos || content.find("{{") != std::string_view::npos)
      complain(at, "this tag is not closed");
    else
      take(at, trimmed(content));
    position_ = end + 2;
    return true;
  }

  void take(size_t at, std::string_view tag) {
    if (tag.empty())
      return complain(at, "this tag has no name");
    auto name = trimmed(tag.substr(1));
    switch (tag.front()) {
    case '!': return;
    case '&': return complain(at, "values are always escaped: leave out the '&'");
    case '>': return complain(at, "there are no partials");
    case '=': return complain(at, "the delimiters cannot be changed");
    case '#':
    case '^': return open(at, name);
    case '/': return close(at, name);
    default: return check_value(at, tag);
    }
  }

  void open(size_t at, std::string_view name) {
    if (open_.size() == max_sections)
      return complain(at, fmt::format("sections can be nested at most {} deep", max_sections));
    if (name != ".")
      check_name(at, name);
    open_.push_back({name, at});
  }

  void close(size_t at, std::string_view name) {
    if (open_.empty())
      return complain(at, fmt::format("there is no section '{}' to close here", name));
    if (open_.back().name != name)
      return complain(at, fmt::format("the section to close here is '{}'", open_.back().name));
    open_.pop_back();
  }

  void check_value(size_t at, std::string_view name) {
    if (name == "." && !open_.empty())
      return;
    if (name == "facts" || name == "details")
      return complain(at,
                      fmt::format("'{}' is not a text: open a section, '{{{{#{}}}}}'", name, name));
    check_name(at, name);
  }

  void check_name(size_t at, std::string_view name) {
    auto is_within = [this](std::string_view wanted) {
      return std::any_of(open_.begin(), open_.end(), [&](auto& x) {
        return x.name == wanted || (wanted == "details" && x.name.starts_with("details."));
      });
    };
    auto is_path
      = name.starts_with("details.") && name.size() > std::string_view{"details."}.size();
    auto known = contains(known_names, name) || is_path
                 || (kind_ == template_kind::json && name == "details_json")
                 || (contains(fact_names, name) && is_within("facts"))
                 || (!name.empty() && is_within("details"));
    if (!known)
      complain(at, fmt::format("there is no value called '{}'", name));
  }

  /// Keeps the first complaint.
  void complain(size_t at, std::string what) {
    if (fault_)
      return;
    auto before = source_.substr(0, at);
    auto line = std::count(before.begin(), before.end(), '\n') + 1;
    auto column = measure(before.substr(before.rfind('\n') + 1), text_unit::code_points) + 1;
    fault_ = fmt::format("line {}, column {}: {}", line, column, what);
  }

  std::string_view source_;
  template_kind kind_;
  size_t position_ = 0;
  std::vector<section> open_;
  std::optional<std::string> fault_;
};

} // namespace

std::optional<std::string> find_template_fault(std::string_view source, template_kind kind) {
  return scanner{source, kind}.run();
}

} // namespace tocsin::channels
