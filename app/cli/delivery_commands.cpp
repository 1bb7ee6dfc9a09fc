#include "app/cli/command_line.hpp"
#include "app/cli/delivery_selection.hpp"
#include "app/cli/delivery_tail.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/request_text.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

struct delivery_list_options {
  delivery_selection selection;
  std::string state;
  std::string outcome;
  std::string service;
  std::string text;
  paging_options paging;
};

void add_filters(CLI::App& command, delivery_list_options& options) {
  command.add_option(
    "--state", options.state,
    "pending, scheduled, attempting, delivered, dead_letter, suppressed or cancelled");
  command.add_option("--outcome", options.outcome,
                     "Last attempt: delivered, retry, throttled, rejected, dead_endpoint or "
                     "ambiguous");
  add_selection(command, options.selection);
  add_event_selection(command, options.selection);
  command.add_option("--service", options.service, "Only of this service");
  command.add_option("--text", options.text, "Only with this in the message or the service's name");
}

outcome<query_parameters> parameters_of(session& on, const delivery_list_options& options) {
  auto selected = selection_members(on, options.selection);
  if (!selected)
    return selected;
  query_parameters result{{"state", options.state}, {"outcome", options.outcome}};
  result.insert(result.end(), selected->begin(), selected->end());
  result.insert(result.end(), {{"service", options.service}, {"text", options.text}});
  return result;
}

exit_code list_deliveries(session& on, const delivery_list_options& options) {
  auto parameters = parameters_of(on, options);
  if (!parameters)
    return parameters.error();
  return print_list(on, "/deliveries", std::move(*parameters), options.paging,
                    {{"ID", "id"},
                     {"CREATED", "created_at"},
                     {"EVENT", "event_type"},
                     {"SERVICE", "service"},
                     {"CHANNEL", "channel"},
                     {"RECIPIENT", "recipient"},
                     {"STATE", "state"},
                     {"REASON", "reason"},
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

exit_code show_message(session& on, const std::string& id) {
  auto reply = on.call({"GET", fmt::format("/deliveries/{}/message", url_escape(id)), {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return request_text(member(x, "request")); });
  return exit_code::ok;
}

exit_code resend(session& on, const std::string& id, bool allow_duplicate) {
  auto path = fmt::format("/deliveries/{}/resend", url_escape(id));
  auto reply
    = on.call({"POST", path, fmt::format(R"({{"allow_duplicate":{}}})", allow_duplicate), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [&id](const boost::json::value& x) {
    return is_set(x, "changed") ? fmt::format("delivery {} is due now\n", id)
                                : fmt::format("delivery {} is already being sent\n", id);
  });
  return exit_code::ok;
}

exit_code cancel(session& on, const std::string& id, const std::string& reason) {
  boost::json::object body;
  if (!reason.empty())
    body["reason"] = reason;
  auto path = fmt::format("/deliveries/{}/cancel", url_escape(id));
  auto reply = on.call({"POST", path, boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [&id](const boost::json::value&) {
    return fmt::format("delivery {} is cancelled\n", id);
  });
  return exit_code::ok;
}

/// Adds a command that takes a delivery's id and runs `action` on it.
CLI::App* add_command(CLI::App& group, command_line& line, const char* name, const char* help,
                      std::function<exit_code(session&, const std::string&)> action) {
  auto* command = group.add_subcommand(name, help);
  auto id = std::make_shared<std::string>();
  command->add_option("ID", *id, "The delivery's id")->required();
  command->callback([&line, id, action = std::move(action)] {
    line.choose([id, action](session& on) { return action(on, *id); });
  });
  return command;
}

void add_delivery_list(CLI::App& group, command_line& line) {
  auto* list = group.add_subcommand("list", "List deliveries, newest first");
  auto options = std::make_shared<delivery_list_options>();
  add_filters(*list, *options);
  add_time_selection(*list, options->selection);
  add_paging(*list, options->paging);
  list->callback([&line, options] {
    line.choose([options](session& on) { return list_deliveries(on, *options); });
  });
}

void add_tail(CLI::App& group, command_line& line) {
  auto* tail
    = group.add_subcommand("tail", "Show new deliveries and what happens to them, until Ctrl-C");
  auto options = std::make_shared<delivery_list_options>();
  auto pace = std::make_shared<tail_options>();
  add_filters(*tail, *options);
  tail->add_option("--seconds", pace->seconds, "End after this time; without this, never");
  tail->callback([&line, options, pace] {
    line.choose([options, pace](session& on) {
      auto parameters = parameters_of(on, *options);
      return parameters ? tail_deliveries(on, *parameters, *pace) : parameters.error();
    });
  });
}

} // namespace

void add_delivery_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("delivery", "Show deliveries, and resend or cancel them");
  group->require_subcommand(1);
  add_delivery_list(*group, line);
  add_tail(*group, line);
  add_command(*group, line, "show", "Show a delivery with its attempts", show_delivery);
  add_command(*group, line, "message", "Show the message of a delivery", show_message);

  auto allow_duplicate = std::make_shared<bool>(false);
  add_command(*group, line, "resend", "Send a delivery again, under its own id",
              [allow_duplicate](session& on, const std::string& id) {
                return resend(on, id, *allow_duplicate);
              })
    ->add_flag("--allow-duplicate", *allow_duplicate, "Even if the provider has it");

  auto reason = std::make_shared<std::string>();
  add_command(*group, line, "cancel", "Cancel a delivery that waits for its attempt",
              [reason](session& on, const std::string& id) { return cancel(on, id, *reason); })
    ->add_option("--reason", *reason, "The reason, for the record");
}

} // namespace tocsin::cli
