#include "app/cli/channel_lookup.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/table.hpp"
#include "app/cli/trigger_words.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

/// `on`, or `off * to oncall@example.com` where nothing is as by default.
std::string setting_text(const boost::json::value& trigger) {
  auto on = is_set(trigger, "on");
  bool by_default = is_set(trigger, "default");
  bool has_receivers = member(trigger, "to").is_array();
  return fmt::format("{}{}{}", on ? "on" : "off", on != by_default || has_receivers ? " *" : "",
                     has_receivers ? " to " + cell(trigger, "to") : "");
}

/// One row per event type, one column per channel.
std::string matrix_text(const boost::json::value& x) {
  std::vector<column> columns{{"EVENT TYPE"}, {"DEFAULT"}};
  const auto* channels = member(x, "channels").if_array();
  if (channels)
    for (const auto& channel : *channels)
      columns.push_back({cell(channel, "name")});
  table rows{columns};
  if (const auto* types = member(x, "event_types").if_array())
    for (const auto& type : *types) {
      auto name = cell(type, "type");
      bool on = is_set(type, "default");
      std::vector<std::string> cells{name, on ? "on" : "off"};
      if (channels)
        for (const auto& channel : *channels)
          cells.push_back(setting_text(member(member(channel, "triggers"), name)));
      rows.add(std::move(cells));
    }
  return rows.text() + "\n* differs from the default\n";
}

exit_code show_triggers(session& on, const std::string& owner) {
  auto reply = on.call({"GET", "/triggers" + url_query({{"owner", owner}}), {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, matrix_text);
  return exit_code::ok;
}

struct set_options {
  channel_reference channel;
  std::vector<std::string> words;
  /// `TYPE=ADDRESS`, or `TYPE=` for the channel's own receivers.
  std::vector<std::string> to;
};

/// The triggers as a merge patch, which leaves what is not named. Errors: invalid_argument.
expected<boost::json::object> triggers_patch(const set_options& options) {
  auto result = read_triggers(options.words);
  if (!result)
    return result;
  auto receivers = read_receivers("--to", options.to);
  if (!receivers)
    return receivers.error();
  for (auto& [type, addresses] : *receivers) {
    auto is_reset = result->contains(type) && result->at(type).is_null();
    auto& trigger = (*result)[type];
    if (!trigger.is_object())
      trigger = is_reset ? boost::json::object{{"on", nullptr}} : boost::json::object{};
    trigger.get_object()["to"] = std::move(addresses);
  }
  if (result->empty())
    return fail(errc::invalid_argument, "expected TYPE=on, TYPE=off, TYPE=default or --to");
  return result;
}

exit_code set_triggers(session& on, const set_options& options) {
  auto triggers = triggers_patch(options);
  if (!triggers)
    return report_failure(triggers.error(), on.around());
  auto channel = find_channel(on, options.channel);
  if (!channel)
    return channel.error();
  boost::json::object patch{{"triggers", *triggers}};
  auto reply = on.call({"PATCH", "/channels/" + channel->id, boost::json::serialize(patch), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [&](const boost::json::value&) {
    return fmt::format("{} trigger(s) of channel {} ({}) set\n", triggers->size(), channel->name,
                       channel->id);
  });
  return exit_code::ok;
}

} // namespace

void add_trigger_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("trigger", "Which event types reach which channels");
  group->require_subcommand(1);

  auto* show = group->add_subcommand("show", "Show a recipient's channels by event type");
  auto owner = std::make_shared<std::string>("admin/admin");
  show->add_option("--owner", *owner, "Whose channels")->capture_default_str();
  show->callback(
    [&line, owner] { line.choose([owner](session& on) { return show_triggers(on, *owner); }); });

  auto* set = group->add_subcommand(
    "set", "Turn event types on or off for a channel, and set their addresses");
  auto options = std::make_shared<set_options>();
  set->add_option("CHANNEL", options->channel.text, "Id or name")->required();
  set->add_option("TRIGGER", options->words, "TYPE=on, TYPE=off or TYPE=default");
  set
    ->add_option("--to", options->to,
                 "Email: TYPE=ADDRESS sets a separate address for a type; TYPE= removes it")
    ->allow_extra_args(false);
  set->add_option("--owner", options->channel.owner,
                  "Look for the name only among the channels of admin/NAME or customer/NAME");
  set->callback([&line, options] {
    line.choose([options](session& on) { return set_triggers(on, *options); });
  });
}

} // namespace tocsin::cli
