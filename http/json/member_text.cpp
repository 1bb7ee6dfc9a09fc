#include "http/json/member_text.hpp"

#include <boost/json/parse.hpp>

namespace tocsin::http {

namespace json = boost::json;

namespace {

constexpr std::string_view white_space = " \t\r\n";

/// Walks over the text of a JSON document that is known to be well-formed.
class walker {
public:
  explicit walker(std::string_view text) : text_(text) {}

  /// The next character that is not white space.
  char peek() {
    at_ = std::min(text_.find_first_not_of(white_space, at_), text_.size());
    return at_ < text_.size() ? text_[at_] : '\0';
  }

  void skip_character() { ++at_; }

  /// Passes over one value and returns its text.
  std::string_view take_value() {
    peek();
    auto begin = at_;
    size_t depth = 0;
    do {
      auto c = peek();
      if (c == '"')
        skip_string();
      else if (c == '{' || c == '[')
        ++depth, ++at_;
      else if (c == '}' || c == ']')
        --depth, ++at_;
      else if (c == ',' || c == ':')
        ++at_;
      else
        at_ = std::min(text_.find_first_of(" \t\r\n,:]}", at_), text_.size());
    } while (depth > 0 && at_ < text_.size());
    return text_.substr(begin, at_ - begin);
  }

private:
  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\')
        ++at_;
    ++at_;
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool is_key(std::string_view quoted, std::string_view key) {
  json::error_code ec;
  auto text = json::parse(quoted, ec);
  return !ec && text.is_string() && text.get_string() == key;
}

} // namespace

std::optional<std::string_view> member_text(std::string_view json, std::string_view key) {
  std::optional<std::string_view> result;
  walker in{json};
  if (in.peek() != '{')
    return result;
  in.skip_character();
  while (in.peek() == '"') {
    auto name = in.take_value();
    in.peek();
    in.skip_character();
    auto value = in.take_value();
    if (is_key(name, key))
      result = value;
    if (in.peek() == ',')
      in.skip_character();
  }
  return result;
}

} // namespace tocsin::http
