#pragma once

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <optional>
#include <string_view>

namespace tocsin {

/// Where a text stops being JSON, and why.
struct json_text_fault {
  boost::json::error_code code;
  size_t at = 0;
};

/// Gives all of `text` to the handler of `parser`: one JSON value with nothing but space around it.
template <class Handler>
std::optional<json_text_fault> read_to_its_end(boost::json::basic_parser<Handler>& parser,
                                               std::string_view text) {
  json_text_fault result;
  result.at = parser.write_some(false, text.data(), text.size(), result.code);
  if (result.code)
    return result;
  auto rest = text.find_first_not_of(" \t\r\n", result.at);
  if (rest == std::string_view::npos)
    return std::nullopt;
  return json_text_fault{boost::json::error::extra_data, rest};
}

} // namespace tocsin
