#include "app/cli/trigger_words.hpp"

#include <fmt/format.h>

namespace tocsin::cli {

expected<boost::json::object> read_triggers(const std::vector<std::string>& words) {
  boost::json::object result;
  for (const auto& word : words) {
    auto at = word.find('=');
    auto type = word.substr(0, at);
    auto setting = at == std::string::npos ? std::string{} : word.substr(at + 1);
    if (type.empty() || (setting != "on" && setting != "off" && setting != "default"))
      return fail(errc::invalid_argument,
                  fmt::format("'{}': TYPE=on, TYPE=off or TYPE=default is needed", word));
    if (setting == "default")
      result[type] = nullptr;
    else
      result[type] = boost::json::object{{"on", setting == "on"}};
  }
  return result;
}

} // namespace tocsin::cli
