#include "app/cli/command_line.hpp"
#include "app/cli/event_body.hpp"
#include "app/cli/event_wait.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

struct send_options {
  event_parts parts;
  std::string file;
  std::string idempotency_key;
  bool wait = false;
  unsigned wait_seconds = 60;
};

/// The receipts of an answer to `POST /events`, be it one or a list.
std::vector<boost::json::value> receipts_of(const boost::json::value& x) {
  if (const auto* list = member(x, "data").if_array())
    return {list->begin(), list->end()};
  return {x};
}

std::string receipts_text(const boost::json::value& x) {
  table rows{{{"EVENT"}, {"STATUS"}, {"DELIVERIES", align::right}}};
  for (const auto& receipt : receipts_of(x)) {
    bool again = is_set(receipt, "duplicate");
    rows.add({cell(receipt, "id"), cell(receipt, "status") + (again ? " before" : ""),
              cell(receipt, "deliveries")});
  }
  return rows.text();
}

expected<std::string> body_of(const send_options& options, surroundings& around) {
  if (options.file.empty())
    return event_body(options.parts);
  auto text = value_input{around.in}.read("--file", options.file);
  if (text && text->empty())
    return fail(errc::invalid_argument, "--file: there is nothing in it");
  return text;
}

exit_code send_events(session& on, const send_options& options) {
  auto body = body_of(options, on.around());
  if (!body)
    return report_failure(body.error(), on.around());
  http_request request{"POST", "/events", *body, {}};
  if (!options.idempotency_key.empty())
    request.headers.push_back("Idempotency-Key: " + options.idempotency_key);
  auto reply = on.call(request);
  if (!reply)
    return reply.error();
  if (!options.wait) {
    on.print(*reply, receipts_text);
    return exit_code::ok;
  }
  std::vector<std::string> ids;
  for (const auto& receipt : receipts_of(reply->value))
    ids.push_back(cell(receipt, "id"));
  // With JSON only what became of the events is printed: one document per event.
  if (on.format() == output_format::table)
    on.print(*reply, receipts_text);
  return wait_for_deliveries(on, ids, std::chrono::seconds{options.wait_seconds});
}

std::string event_text(const boost::json::value& x) {
  auto result = fields_text(x, {"deliveries", "unreached"});
  const auto& deliveries = member(x, "deliveries");
  if (deliveries.is_array() && !deliveries.get_array().empty())
    result += '\n'
              + list_text(deliveries, {{"DELIVERY", "id"},
                                       {"CHANNEL", "channel"},
                                       {"RECIPIENT", "recipient"},
                                       {"STATE", "state"},
                                       {"REASON", "reason"},
                                       {"ATTEMPTS", "attempts", align::right},
                                       {"LAST CODE", "last_code"}});
  const auto& unreached = member(x, "unreached");
  if (unreached.is_array() && !unreached.get_array().empty())
    result += '\n' + list_text(unreached, {{"NOT REACHED", "recipient"}, {"REASON", "reason"}});
  return result;
}

exit_code show_event(session& on, const std::string& id) {
  auto reply = on.call({"GET", "/events/" + url_escape(id), {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, event_text);
  return exit_code::ok;
}

void add_send(CLI::App& group, command_line& line) {
  auto options = std::make_shared<send_options>();
  auto* send = group.add_subcommand("send", "Send one event, or those of a file");
  auto* type = send->add_option("--type", options->parts.type, "Event type, as deploy.failure");
  auto* message = send->add_option("--message", options->parts.message, "What happened");
  type->needs(message);
  message->needs(type);
  auto* file = send->add_option("--file", options->file,
                                "File with one event or an array of up to 1,000; - is the input");
  std::vector<CLI::Option*> parts{type, message};
  auto add_part = [&parts, send](const char* name, std::string& target, const char* help) {
    parts.push_back(send->add_option(name, target, help));
  };
  add_part("--service", options->parts.service, "Service that it concerns");
  add_part("--customer", options->parts.customer, "Customer, by name or display name");
  add_part("--timestamp", options->parts.timestamp, "When it happened (RFC 3339)");
  add_part("--id", options->parts.id, "Your own id: sending it again causes nothing new");
  auto* detail = send->add_option("--detail", options->parts.details, "KEY=TEXT or KEY:=JSON");
  detail->allow_extra_args(false);
  auto* details = send->add_option("--details", options->parts.details_json, "A JSON object");
  detail->excludes(details);
  parts.insert(parts.end(), {detail, details});
  for (auto* part : parts)
    file->excludes(part);
  send->add_option("--idempotency-key", options->idempotency_key,
                   "Sending with the same key again causes nothing new");
  send->add_flag("--wait", options->wait, "Wait until all deliveries have ended");
  send->add_option("--wait-seconds", options->wait_seconds, "Give up waiting after this time")
    ->capture_default_str();
  send->callback([file, type, &line, options] {
    if (file->empty() && type->empty())
      throw CLI::RequiredError("--type and --message, or --file,");
    line.choose([options](session& on) { return send_events(on, *options); });
  });
}

} // namespace

void add_event_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("event", "Send events and see what became of them");
  group->require_subcommand(1);
  add_send(*group, line);

  auto* show = group->add_subcommand("show", "Show an event with its deliveries");
  auto id = std::make_shared<std::string>();
  show->add_option("ID", *id, "The id of its receipt")->required();
  show->callback([&line, id] { line.choose([id](session& on) { return show_event(on, *id); }); });

  auto* list = group->add_subcommand("list", "List events, newest first");
  auto paging = std::make_shared<paging_options>();
  add_paging(*list, *paging);
  list->callback([&line, paging] {
    line.choose([paging](session& on) {
      return print_list(on, "/events", {}, *paging,
                        {{"ID", "id"},
                         {"EVENT", "event"},
                         {"SERVICE", "service"},
                         {"CUSTOMER", "customer"},
                         {"TIME", "timestamp"},
                         {"MESSAGE", "message"}});
    });
  });
}

} // namespace tocsin::cli
