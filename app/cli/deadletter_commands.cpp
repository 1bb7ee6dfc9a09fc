#include "app/cli/command_line.hpp"
#include "app/cli/deadletter_work.hpp"
#include "app/cli/delivery_selection.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>

namespace tocsin::cli {

namespace {

struct dead_letter_list_options {
  delivery_selection selection;
  paging_options paging;
};

struct work_options {
  std::vector<std::string> ids;
  delivery_selection selection;
  bool dry_run = false;
  bool confirmed = false;
  unsigned rate = 0;
  std::string reason;
};

exit_code print_selected(session& on, const std::string& path,
                         const dead_letter_list_options& options,
                         const std::vector<listed_field>& fields) {
  auto parameters = selection_members(on, options.selection);
  if (!parameters)
    return parameters.error();
  return print_list(on, path, std::move(*parameters), options.paging, fields);
}

exit_code list_dead_letters(session& on, const dead_letter_list_options& options) {
  return print_selected(on, "/dead-letters", options,
                        {{"ID", "id"},
                         {"ENDED", "finished_at"},
                         {"EVENT", "event_type"},
                         {"SERVICE", "service"},
                         {"CHANNEL", "channel"},
                         {"RECIPIENT", "recipient"},
                         {"CODE", "last_code"},
                         {"TEXT", "last_text"},
                         {"MAY DUPLICATE", "may_duplicate"}});
}

exit_code list_groups(session& on, const dead_letter_list_options& options) {
  return print_selected(on, "/dead-letters/groups", options,
                        {{"CHANNEL", "channel"},
                         {"CODE", "code"},
                         {"COUNT", "count", align::right},
                         {"OLDEST", "oldest"},
                         {"NEWEST", "newest"},
                         {"SAMPLE", "sample"},
                         {"TEXT", "sample_text"}});
}

/// What is meant by the command line, as the API takes it.
outcome<boost::json::object> body_of(session& on, const work_options& options) {
  boost::json::object body;
  if (!options.ids.empty()) {
    body["ids"] = boost::json::array(options.ids.begin(), options.ids.end());
    return body;
  }
  auto members = selection_members(on, options.selection);
  if (!members)
    return members.error();
  for (auto& [name, value] : *members)
    if (!value.empty())
      body[name] = value;
  if (options.selection.code)
    body["code"] = *options.selection.code;
  return body;
}

exit_code work_off(session& on, const std::string& name, const work_options& options) {
  auto body = body_of(on, options);
  if (!body)
    return body.error();
  if (options.rate > 0)
    (*body)["per_minute"] = options.rate;
  if (!options.reason.empty())
    (*body)["reason"] = options.reason;
  return cli::work_off(on, {name, std::move(*body), options.dry_run, options.confirmed});
}

/// Adds a list of a command's own fields.
void add_listing(CLI::App& group, command_line& line, const char* name, const char* help,
                 bool takes_events, exit_code (*run)(session&, const dead_letter_list_options&)) {
  auto* command = group.add_subcommand(name, help);
  auto options = std::make_shared<dead_letter_list_options>();
  add_selection(*command, options->selection);
  add_time_selection(*command, options->selection);
  if (takes_events)
    add_event_selection(*command, options->selection);
  add_paging(*command, options->paging);
  command->callback(
    [&line, options, run] { line.choose([=](session& on) { return run(on, *options); }); });
}

CLI::App* add_work(CLI::App& group, command_line& line, const char* name, const char* help,
                   const std::shared_ptr<work_options>& options) {
  auto* command = group.add_subcommand(name, help);
  command->add_option("ID", options->ids,
                      "Ids of dead letters; without any, the options select them");
  add_selection(*command, options->selection);
  add_time_selection(*command, options->selection);
  add_event_selection(*command, options->selection);
  command->add_flag("--dry-run", options->dry_run, "Only show what would be done");
  command->add_flag("--yes", options->confirmed, "Go ahead without asking");
  command->callback([&line, options, name] {
    if (options->ids.empty() && options->selection.is_empty())
      throw CLI::RequiredError("ID, or one of --channel, --code, --type, --customer, --since and "
                               "--until,");
    if (!options->ids.empty() && !options->selection.is_empty())
      throw CLI::ExcludesError("ID", "a selection");
    line.choose([options, name](session& on) { return work_off(on, name, *options); });
  });
  return command;
}

} // namespace

void add_deadletter_commands(CLI::App& root, command_line& line) {
  auto* group
    = root.add_subcommand("deadletter", "List, resend and discard what could not be delivered");
  group->require_subcommand(1);
  add_listing(*group, line, "list", "List dead letters, newest first", true, list_dead_letters);
  add_listing(*group, line, "groups", "Count dead letters by channel and code", false, list_groups);

  auto replayed = std::make_shared<work_options>();
  add_work(*group, line, "replay", "Send dead letters again, under their own ids", replayed)
    ->add_option("--rate", replayed->rate, "How many become due per minute, 1 to 60,000 (600)")
    ->check(CLI::Range(1, 60'000));

  auto discarded = std::make_shared<work_options>();
  add_work(*group, line, "discard", "Give up dead letters for good", discarded)
    ->add_option("--reason", discarded->reason, "The reason, for the record")
    ->required();
}

} // namespace tocsin::cli
