#include "app/cli/channel_commands.hpp"
#include "app/cli/channel_lookup.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace tocsin::cli {

namespace {

/// What is said of one of a channel's filters; nothing of it leaves the filter as it is.
struct filter_changes {
  std::vector<std::string> include;
  std::vector<std::string> exclude;
  bool takes_all = false;
};

struct channel_changes {
  channel_reference channel;
  std::string name;
  filter_changes customers;
  filter_changes services;
  /// `NAME=TEXT`, `NAME:=JSON`, or `NAME=` to take the setting out.
  std::vector<std::string> settings;
};

/// A JSON Merge Patch of a filter; empty where nothing is said.
boost::json::object filter_patch(const filter_changes& x) {
  boost::json::object result;
  auto put = [&](const char* list, const std::vector<std::string>& names) {
    if (!names.empty() || x.takes_all)
      result[list] = boost::json::array(names.begin(), names.end());
  };
  put("include", x.include);
  put("exclude", x.exclude);
  return result;
}

/// The settings of the patch. Errors: invalid_argument.
expected<boost::json::object> settings_patch(const channel_changes& changes, value_input& input) {
  boost::json::object result;
  for (const auto& word : changes.settings) {
    auto at = word.find('=');
    bool is_json = at != std::string::npos && at > 0 && word[at - 1] == ':';
    auto name = word.substr(0, at == std::string::npos ? 0 : at - (is_json ? 1 : 0));
    if (name.empty())
      // What stands there may be a secret, so it is not repeated.
      return fail(errc::invalid_argument, "--setting: NAME=TEXT or NAME:=JSON is needed");
    auto text = input.resolve("--setting " + name, word.substr(at + 1));
    if (!text)
      return text.error();
    boost::json::error_code ec;
    if (is_json)
      result[name] = boost::json::parse(*text, ec);
    else if (text->empty())
      result[name] = nullptr;
    else
      result[name] = *text;
    if (ec)
      return fail(errc::invalid_argument,
                  fmt::format("--setting {}: what follows := is no JSON", name));
  }
  return result;
}

expected<boost::json::object> channel_patch(const channel_changes& changes, value_input& input) {
  auto settings = settings_patch(changes, input);
  if (!settings)
    return settings;
  boost::json::object result;
  if (!changes.name.empty())
    result["name"] = changes.name;
  boost::json::object filters;
  if (auto customers = filter_patch(changes.customers); !customers.empty())
    filters["customers"] = std::move(customers);
  if (auto services = filter_patch(changes.services); !services.empty())
    filters["services"] = std::move(services);
  if (!filters.empty())
    result["filters"] = std::move(filters);
  if (!settings->empty())
    result["settings"] = std::move(*settings);
  return result;
}

exit_code change_channel(session& on, const channel_changes& changes) {
  value_input input{on.around().in};
  auto patch = channel_patch(changes, input);
  if (!patch)
    return report_failure(patch.error(), on.around());
  auto found = find_channel(on, changes.channel);
  if (!found)
    return found.error();
  auto reply = on.call({"PATCH", "/channels/" + found->id, boost::json::serialize(*patch), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return fields_text(x); });
  return exit_code::ok;
}

void add_filter(CLI::App& command, const std::string& word, filter_changes& target) {
  auto add = [&](const std::string& flag, std::vector<std::string>& list, const std::string& help) {
    return command.add_option(flag + word, list, help)->allow_extra_args(false);
  };
  auto* include = add("--include-", target.include,
                      fmt::format("Take events of this {} alone; repeated", word));
  auto* exclude
    = add("--exclude-", target.exclude, fmt::format("Take no events of this {}; repeated", word));
  command
    .add_flag(fmt::format("--all-{}s", word), target.takes_all,
              fmt::format("Take events of every {} again", word))
    ->excludes(include)
    ->excludes(exclude);
}

} // namespace

void add_channel_set(CLI::App& group, command_line& line) {
  auto* set = group.add_subcommand("set", "Change what is named, and leave the rest");
  auto changes = std::make_shared<channel_changes>();
  set->add_option("CHANNEL", changes->channel.text, "Id or name")->required();
  set->add_option("--owner", changes->channel.owner, "Look for the name among these channels");
  set->add_option("--name", changes->name, "Another name, unique per owner");
  add_filter(*set, "customer", changes->customers);
  add_filter(*set, "service", changes->services);
  set
    ->add_option("--setting", changes->settings,
                 "NAME=TEXT (TEXT may be @FILE or -), NAME:=JSON, or NAME= to take it out")
    ->allow_extra_args(false);
  set->callback([&line, changes] {
    line.choose([changes](session& on) { return change_channel(on, *changes); });
  });
}

} // namespace tocsin::cli
