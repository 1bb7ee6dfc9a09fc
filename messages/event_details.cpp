#include "messages/event_details.hpp"

#include "messages/details_writer.hpp"
#include "messages/json_text.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

namespace json = boost::json;

/// Receives the pieces of the JSON text and writes them out again.
class details_handler {
public:
  static constexpr size_t max_object_size = static_cast<size_t>(-1);
  static constexpr size_t max_array_size = static_cast<size_t>(-1);
  static constexpr size_t max_key_size = static_cast<size_t>(-1);
  static constexpr size_t max_string_size = static_cast<size_t>(-1);

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }

  bool on_object_begin(json::error_code&) { return open('{'); }
  bool on_object_end(size_t, json::error_code&) { return close('}'); }
  bool on_array_begin(json::error_code& ec) { return is_member(ec) && open('['); }
  bool on_array_end(size_t, json::error_code&) { return close(']'); }

  bool on_key_part(json::string_view s, size_t, json::error_code&) { return gather(s); }
  bool on_key(json::string_view s, size_t, json::error_code&) {
    gather(s);
    out_.key(std::move(buffer_));
    return begin_anew();
  }

  bool on_string_part(json::string_view s, size_t, json::error_code&) { return gather(s); }
  bool on_string(json::string_view s, size_t, json::error_code& ec) {
    gather(s);
    if (!is_member(ec))
      return false;
    out_.text(std::move(buffer_));
    return begin_anew();
  }

  bool on_number_part(json::string_view s, json::error_code&) { return gather(s); }
  bool on_int64(int64_t, json::string_view s, json::error_code& ec) { return on_number(s, ec); }
  bool on_uint64(uint64_t, json::string_view s, json::error_code& ec) { return on_number(s, ec); }
  bool on_double(double, json::string_view s, json::error_code& ec) { return on_number(s, ec); }

  bool on_bool(bool x, json::error_code& ec) { return literal(x ? "true" : "false", ec); }
  bool on_null(json::error_code& ec) { return literal("null", ec); }

  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

  std::string take() { return out_.take(); }

private:
  /// Whether a value that is no object may stand here.
  bool is_member(json::error_code& ec) const {
    if (!out_.is_open())
      ec = json::make_error_code(json::error::not_object);
    return out_.is_open();
  }

  bool open(char bracket) {
    out_.open(bracket);
    return true;
  }

  bool close(char bracket) {
    out_.close(bracket);
    return true;
  }

  bool gather(json::string_view s) {
    buffer_.append(s.data(), s.size());
    return true;
  }

  bool on_number(json::string_view s, json::error_code& ec) {
    gather(s);
    return literal(buffer_, ec) && begin_anew();
  }

  bool literal(std::string_view text, json::error_code& ec) {
    if (!is_member(ec))
      return false;
    out_.literal(text);
    return true;
  }

  bool begin_anew() {
    buffer_.clear();
    return true;
  }

  details_writer out_;
  /// The key, string or number that is being read.
  std::string buffer_;
};

} // namespace

expected<std::string> read_details(std::string_view text) {
  if (text.empty())
    return std::string{};
  json::parse_options options;
  options.max_depth = max_request_depth - 1;
  options.allow_invalid_utf8 = true;
  json::basic_parser<details_handler> parser{options};
  if (auto fault = read_to_its_end(parser, text))
    return fail(errc::invalid_argument, fmt::format("'details' takes a JSON object: {} at byte {}",
                                                    fault->code.message(), fault->at));
  return parser.handler().take();
}

} // namespace tocsin
