#include "app/cli/request_text.hpp"

#include "app/cli/json_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

std::string request_text(const boost::json::value& x) {
  auto encryption = member(x, "encryption").is_null() ? "" : ' ' + cell(x, "encryption");
  auto result = fmt::format("{} {}{}\n", cell(x, "method"), cell(x, "url"), encryption);
  if (const auto* headers = member(x, "headers").if_object())
    for (const auto& [name, value] : *headers)
      result += fmt::format("{}: {}\n", std::string_view{name}, cell(value));
  auto body = cell(x, "body");
  boost::json::error_code ec;
  boost::json::parse(body, ec);
  result += '\n' + (ec ? body : indented(body));
  if (!result.ends_with('\n'))
    result += '\n';
  return result;
}

} // namespace tocsin::cli
