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
                  fmt::format("'{}': expected TYPE=on, TYPE=off or TYPE=default", word));
    if (setting == "default")
      result[type] = nullptr;
    else
      result[type] = boost::json::object{{"on", setting == "on"}};
  }
  return result;
}

expected<std::map<std::string, boost::json::array>>
read_receivers(const std::string& option, const std::vector<std::string>& words) {
  std::map<std::string, boost::json::array> result;
  for (const auto& word : words) {
    auto at = word.find('=');
    if (at == std::string::npos || at == 0)
      return fail(errc::invalid_argument,
                  fmt::format("{} {}: expected TYPE=ADDRESS", option, word));
    auto& addresses = result[word.substr(0, at)];
    if (at + 1 < word.size())
      addresses.emplace_back(word.substr(at + 1));
  }
  return result;
}

} // namespace tocsin::cli
