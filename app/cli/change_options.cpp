#include "app/cli/change_options.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

void add_selection_changes(CLI::App& command, const std::string& word, const selection_words& words,
                           selection_changes& target) {
  auto add = [&](const std::string& flag, std::vector<std::string>& list, const std::string& help) {
    return command.add_option(flag + word, list, help)->allow_extra_args(false);
  };
  auto* include
    = add("--include-", target.include, fmt::format("{} this {} only; repeated", words.take, word));
  auto* exclude
    = add("--exclude-", target.exclude, fmt::format("{} this {}; repeated", words.refuse, word));
  command
    .add_flag(fmt::format("--all-{}s", word), target.takes_all,
              fmt::format("{} every {} again", words.take, word))
    ->excludes(include)
    ->excludes(exclude);
}

boost::json::object selection_patch(const selection_changes& x) {
  boost::json::object result;
  auto put = [&](const char* list, const std::vector<std::string>& names) {
    if (!names.empty() || x.takes_all)
      result[list] = boost::json::array(names.begin(), names.end());
  };
  put("include", x.include);
  put("exclude", x.exclude);
  return result;
}

CLI::Option* add_on_off(CLI::App& command, const std::string& flag, std::optional<bool>& target,
                        const std::string& help) {
  return command
    .add_option_function<std::string>(
      flag, [&target](const std::string& x) { target = x == "on"; }, help)
    ->check(CLI::IsMember({"on", "off"}));
}

} // namespace tocsin::cli
