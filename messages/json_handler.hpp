#pragma once

#include "messages/json_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace tocsin {

/// What all handlers for Boost.JSON's parser have in common: it gathers keys, strings and numbers,
/// which come in pieces, sets no additional limits, and leaves numbers as they are written.
///
/// `Handler` derives from it and has `open(bracket, ec)`, `close(bracket)`, `key(text)`,
/// `text(text, ec)`, `number(text, ec)`, `boolean(value, ec)` and `null(ec)`. An error that one of
/// them sets ends the parsing.
template <class Handler>
class json_handler {
public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  using error_code = boost::json::error_code;
  using string_view = boost::json::string_view;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code& ec) { return opened('{', ec); }
  bool on_object_end(size_t, error_code&) { return closed('}'); }
  bool on_array_begin(error_code& ec) { return opened('[', ec); }
  bool on_array_end(size_t, error_code&) { return closed(']'); }

  bool on_key_part(string_view s, size_t, error_code&) { return gather(s); }
  bool on_key(string_view s, size_t, error_code&) {
    gather(s);
    self().key(std::move(buffer_));
    buffer_.clear();
    return true;
  }

  bool on_string_part(string_view s, size_t, error_code&) { return gather(s); }
  bool on_string(string_view s, size_t, error_code& ec) {
    gather(s);
    self().text(std::move(buffer_), ec);
    buffer_.clear();
    return !ec.failed();
  }

  bool on_number_part(string_view s, error_code&) { return gather(s); }
  bool on_int64(int64_t, string_view s, error_code& ec) { return on_number(s, ec); }
  bool on_uint64(uint64_t, string_view s, error_code& ec) { return on_number(s, ec); }
  bool on_double(double, string_view s, error_code& ec) { return on_number(s, ec); }

  bool on_bool(bool x, error_code& ec) {
    self().boolean(x, ec);
    return !ec.failed();
  }

  bool on_null(error_code& ec) {
    self().null(ec);
    return !ec.failed();
  }

  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

private:
  Handler& self() { return static_cast<Handler&>(*this); }

  bool opened(char bracket, error_code& ec) {
    self().open(bracket, ec);
    return !ec.failed();
  }

  bool closed(char bracket) {
    self().close(bracket);
    return true;
  }

  bool gather(string_view s) {
    buffer_.append(s.data(), s.size());
    return true;
  }

  bool on_number(string_view s, error_code& ec) {
    gather(s);
    self().number(std::move(buffer_), ec);
    buffer_.clear();
    return !ec.failed();
  }

  /// The key, string or number that is being read.
  std::string buffer_;
};

} // namespace tocsin
