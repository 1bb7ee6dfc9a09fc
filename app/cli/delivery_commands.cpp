#include "app/cli/channel_lookup.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>

namespace tocsin::cli {

namespace {

struct list_options {
  std::string state;
  channel_reference channel;
  std::string type;
  paging_options paging;
};

exit_code list_deliveries(session& on, const list_options& options) {
  std::string channel;
  if (!options.channel.text.empty()) {
    auto found = find_channel(on, options.channel);
    if (!found)
      return found.error();
    channel = found->id;
  }
  return print_list(on, "/deliveries",
                    {{"state", options.state}, {"channel", channel}, {"event_type", options.type}},
                    options.paging,
                    {{"ID", "id"},
                     {"CREATED", "created_at"},
                     {"EVENT", "event_type"},
                     {"SERVICE", "service"},
                     {"CHANNEL", "channel"},
                     {"RECIPIENT", "recipient"},
                     {"STATE", "state"},
                     {"ATTEMPTS", "attempts", align::right},
                     {"LAST CODE", "last_code"}});
}

std::string delivery_text(const boost::json::value& x) {
  auto result = fields_text(x, {"attempt_log"});
  const auto& log = member(x, "attempt_log");
  if (log.is_array() && !log.get_array().empty())
    result += '\n'
              + list_text(log, {{"ATTEMPT", "number", align::right},
                                {"STARTED", "started_at"},
                                {"MS", "duration_ms", align::right},
                                {"OUTCOME", "outcome"},
                                {"STAGE", "stage"},
                                {"CODE", "code"},
                                {"TEXT", "text"}});
  return result;
}

exit_code show_delivery(session& on, const std::string& id) {
  auto reply = on.call({"GET", "/deliveries/" + url_escape(id), {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, delivery_text);
  return exit_code::ok;
}

} // namespace

void add_delivery_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("delivery", "What became of events, channel by channel");
  group->require_subcommand(1);

  auto* list = group->add_subcommand("list", "List deliveries, newest first");
  auto options = std::make_shared<list_options>();
  list->add_option(
    "--state", options->state,
    "pending, scheduled, attempting, delivered, dead_letter, suppressed or cancelled");
  list->add_option("--channel", options->channel.text, "Only through this channel (id or name)");
  list->add_option("--owner", options->channel.owner, "Look for the name among these channels");
  list->add_option("--type", options->type, "Only of this event type");
  add_paging(*list, options->paging);
  list->callback([&line, options] {
    line.choose([options](session& on) { return list_deliveries(on, *options); });
  });

  auto* show = group->add_subcommand("show", "Show a delivery with its attempts");
  auto id = std::make_shared<std::string>();
  show->add_option("ID", *id, "The delivery's id")->required();
  show->callback(
    [&line, id] { line.choose([id](session& on) { return show_delivery(on, *id); }); });
}

} // namespace tocsin::cli
