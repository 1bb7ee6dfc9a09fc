#include "app/cli/command_line.hpp"
#include "app/cli/event_explain.hpp"
#include "app/cli/event_options.hpp"
#include "app/cli/event_wait.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/unreached_text.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

struct send_options {
  event_options event;
  std::string idempotency_key;
  bool wait = false;
  unsigned wait_seconds = 60;
};

/// The receipts of an answer to `POST /events`, one or a list.
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

exit_code send_events(session& on, const send_options& options) {
  auto body = body_of(options.event, on.around());
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
  return result + unreached_text(x);
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
  auto& event = options->event;
  auto* type = send->add_option("--type", event.parts.type, "Event type, such as deploy.failure");
  auto* message = send->add_option("--message", event.parts.message, "What happened");
  type->needs(message);
  message->needs(type);
  auto* file
    = add_event_options(*send, event, {type, message},
                        "File with one event or an array of up to 1,000; - is standard input");
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
  auto* group = root.add_subcommand("event", "Send events and see what happened to them");
  group->require_subcommand(1);
  add_send(*group, line);
  add_event_explain(*group, line);

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
