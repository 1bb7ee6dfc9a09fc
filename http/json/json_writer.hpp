#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

namespace tocsin::http {

/// Writes JSON text without white space, piece by piece and in the order of the calls. Whoever
/// calls keeps objects, arrays and keys in a sensible order; nothing is checked.
class json_writer {
public:
  /// Makes room for a text of about this many bytes, so that it is not copied while it grows.
  void reserve(size_t bytes) { text_.reserve(bytes); }

  json_writer& begin_object() { return open('{'); }
  json_writer& end_object() { return close('}'); }
  json_writer& begin_array() { return open('['); }
  json_writer& end_array() { return close(']'); }

  json_writer& key(std::string_view name);

  json_writer& value(std::string_view x);
  json_writer& value(const char* x) { return value(std::string_view{x}); }
  json_writer& value(bool x) { return raw(x ? "true" : "false"); }
  json_writer& value(std::integral auto x) { return raw(std::to_string(x)); }
  json_writer& value(double x);
  json_writer& null() { return raw("null"); }

  /// A value that is JSON text already.
  json_writer& raw(std::string_view json);

  /// `key` and `value` at once.
  json_writer& member(std::string_view name, const auto& x) { return key(name).value(x); }

  /// As `member`, with `null` in place of an empty text.
  json_writer& text_or_null(std::string_view name, std::string_view x);

  /// A list of texts.
  json_writer& list(std::string_view name, const auto& texts) {
    key(name).begin_array();
    for (auto& text : texts)
      value(std::string_view{text});
    return end_array();
  }

  /// Hands over the text; the writer is empty then.
  std::string take();

private:
  json_writer& open(char bracket);
  json_writer& close(char bracket);
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

} // namespace tocsin::http
