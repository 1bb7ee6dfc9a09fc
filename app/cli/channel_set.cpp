#include "app/cli/change_options.hpp"
#include "app/cli/channel_commands.hpp"
#include "app/cli/channel_lookup.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/retry_options.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace tocsin::cli {

namespace {

constexpr selection_words filter_words{"Accept events of", "Accept no events of"};

struct channel_changes {
  channel_reference channel;
  std::string name;
  selection_changes customers;
  selection_changes services;
  retry_options retries;
  /// `NAME=TEXT`, `NAME:=JSON`, or `NAME=` to take the setting out.
  std::vector<std::string> settings;
};

/// The settings of the patch. Errors: invalid_argument.
expected<boost::json::object> settings_patch(const channel_changes& changes, value_input& input) {
  boost::json::object result;
  for (const auto& word : changes.settings) {
    auto at = word.find('=');
    bool is_json = at != std::string::npos && at > 0 && word[at - 1] == ':';
    auto name = word.substr(0, at == std::string::npos ? 0 : at - (is_json ? 1 : 0));
    if (name.empty())
      // What stands there may be a secret, so it is not repeated.
      return fail(errc::invalid_argument, "--setting: expected NAME=TEXT or NAME:=JSON");
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
                  fmt::format("--setting {}: the value after := is not JSON", name));
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
  if (auto customers = selection_patch(changes.customers); !customers.empty())
    filters["customers"] = std::move(customers);
  if (auto services = selection_patch(changes.services); !services.empty())
    filters["services"] = std::move(services);
  if (!filters.empty())
    result["filters"] = std::move(filters);
  if (auto delivery = retry_patch(changes.retries); !delivery.empty())
    result["delivery"] = std::move(delivery);
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

} // namespace

void add_channel_set(CLI::App& group, command_line& line) {
  auto* set = group.add_subcommand("set", "Change what is given, and leave the rest");
  auto changes = std::make_shared<channel_changes>();
  set->add_option("CHANNEL", changes->channel.text, "Id or name")->required();
  set->add_option("--owner", changes->channel.owner,
                  "Look for the name only among the channels of admin/NAME or customer/NAME");
  set->add_option("--name", changes->name, "Another name, unique per owner");
  add_selection_changes(*set, "customer", filter_words, changes->customers);
  add_selection_changes(*set, "service", filter_words, changes->services);
  add_retry_options(*set, changes->retries);
  set
    ->add_option(
      "--setting", changes->settings,
      "NAME=TEXT (TEXT may be @FILE, -, or @@TEXT for a text that begins with @), NAME:=JSON, or "
      "NAME= to remove it")
    ->allow_extra_args(false);
  set->callback([&line, changes] {
    line.choose([changes](session& on) { return change_channel(on, *changes); });
  });
}

} // namespace tocsin::cli
