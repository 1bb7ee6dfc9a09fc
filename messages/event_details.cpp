#include "messages/event_details.hpp"

#include "messages/details_writer.hpp"
#include "messages/json_handler.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

namespace json = boost::json;

/// Receives the pieces of the JSON text and writes them out again.
class details_handler : public json_handler<details_handler> {
public:
  void open(char bracket, json::error_code& ec) {
    if (bracket == '{' || is_member(ec))
      out_.open(bracket);
  }

  void close(char bracket) { out_.close(bracket); }

  void key(std::string&& x) { out_.key(std::move(x)); }

  void text(std::string&& x, json::error_code& ec) {
    if (is_member(ec))
      out_.text(std::move(x));
  }

  void number(std::string_view x, json::error_code& ec) { literal(x, ec); }
  void boolean(bool x, json::error_code& ec) { literal(x ? "true" : "false", ec); }
  void null(json::error_code& ec) { literal("null", ec); }

  std::string take() { return out_.take(); }

private:
  /// Whether a value that is no object may stand here.
  bool is_member(json::error_code& ec) const {
    if (!out_.is_open())
      ec = json::make_error_code(json::error::not_object);
    return out_.is_open();
  }

  void literal(std::string_view x, json::error_code& ec) {
    if (is_member(ec))
      out_.literal(x);
  }

  details_writer out_;
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
    return fail(errc::invalid_argument,
                fmt::format("'details' must be a JSON object: {} at byte {}", fault->code.message(),
                            fault->at));
  return parser.handler().take();
}

} // namespace tocsin
