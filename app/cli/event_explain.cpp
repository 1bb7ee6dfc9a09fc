#include "app/cli/event_explain.hpp"

#include "app/cli/event_options.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <memory>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

struct explain_options {
  event_options event;
  std::string time;
  bool shows_rules = false;
};

const json::array& entries_of(const json::value& x, std::string_view name) {
  static const json::array none;
  const auto* list = member(x, name).if_array();
  return list != nullptr ? *list : none;
}

/// What decided, in words: the rule that speaks against it, or else what it has to wait for, or
/// else the trigger that asks for it.
std::string because(const json::value& x) {
  const auto& rules = entries_of(x, "rules");
  if (rules.empty())
    return {};
  if (!is_set(rules.back(), "passes"))
    return cell(rules.back(), "detail");
  const auto& holds = entries_of(x, "holds");
  return holds.empty() ? cell(rules.front(), "detail") : "waits: " + cell(holds[0], "detail");
}

/// Why a recipient gets nothing that has no channels to show.
std::string because_of(const json::value& recipient) {
  return cell(recipient, "reason") == "no_channel" ? "there is no channel" : because(recipient);
}

std::string destination_of(const json::value& channel) {
  auto text = cell(channel, "destinations");
  if (entries_of(channel, "destinations").empty())
    return "-";
  return cell(channel, "destinations_from") == "trigger" ? text + " (by trigger)" : text;
}

std::string decisions_text(const json::value& x) {
  table rows{{{"RECIPIENT"}, {"CHANNEL"}, {"TO"}, {"DECISION"}, {"REASON"}, {"BECAUSE"}}};
  for (const auto& recipient : entries_of(x, "recipients")) {
    auto name = cell(recipient, "recipient");
    if (entries_of(recipient, "channels").empty())
      rows.add({name, "-", "-", cell(recipient, "decision"), cell(recipient, "reason"),
                because_of(recipient)});
    for (const auto& channel : entries_of(recipient, "channels"))
      rows.add({name, cell(channel, "name"), destination_of(channel), cell(channel, "decision"),
                cell(channel, "reason"), because(channel)});
  }
  return rows.empty() ? "it concerns no recipient\n" : rows.text();
}

void add_rules(table& rows, const std::string& of, const json::value& x) {
  for (const auto& rule : entries_of(x, "rules"))
    rows.add({of, cell(rule, "rule"), cell(rule, "passes"), cell(rule, "detail")});
  for (const auto& hold : entries_of(x, "holds"))
    rows.add({of, cell(hold, "kind"), "waits", cell(hold, "detail")});
}

/// Every rule that was asked, in order.
std::string rules_text(const json::value& x) {
  table rows{{{"OF"}, {"RULE"}, {"PASSES"}, {"DETAIL"}}};
  for (const auto& recipient : entries_of(x, "recipients")) {
    auto name = cell(recipient, "recipient");
    add_rules(rows, name, recipient);
    for (const auto& channel : entries_of(recipient, "channels"))
      add_rules(rows, name + ' ' + cell(channel, "name"), channel);
  }
  return rows.text();
}

std::string explanation_text(const json::value& x, bool shows_rules) {
  auto result
    = fmt::format("{} ({}) at {}\n\n", cell(x, "event"), cell(x, "severity"), cell(x, "at"))
      + decisions_text(x);
  return shows_rules ? result + '\n' + rules_text(x) : result;
}

exit_code explain_one(session& on, const explain_options& options) {
  auto body = body_of(options.event, on.around());
  if (!body)
    return report_failure(body.error(), on.around());
  auto path = "/events/explain" + url_query({{"time", options.time}});
  auto reply = on.call({"POST", path, *body, {}});
  if (!reply)
    return reply.error();
  on.print(*reply,
           [&options](const json::value& x) { return explanation_text(x, options.shows_rules); });
  return exit_code::ok;
}

} // namespace

void add_event_explain(CLI::App& group, command_line& line) {
  auto options = std::make_shared<explain_options>();
  auto& event = options->event;
  auto* command
    = group.add_subcommand("explain", "Show whom an event would reach and why; sends nothing");
  auto* type = command->add_option("TYPE", event.parts.type, "Event type, such as deploy.failure");
  auto* message = command->add_option("--message", event.parts.message,
                                      "What happened; does not affect the result");
  auto* file = add_event_options(*command, event, {type, message},
                                 "File with one event; - is standard input");
  command->add_option("--time", options->time, "The moment to ask about (RFC 3339) instead of now");
  command->add_flag("--rules", options->shows_rules, "Show every rule that was applied");
  command->callback([file, type, &line, options] {
    if (file->empty() && type->empty())
      throw CLI::RequiredError("TYPE, or --file,");
    // An event has to have one, whatever it says.
    if (options->event.parts.message.empty())
      options->event.parts.message = options->event.parts.type;
    line.choose([options](session& on) { return explain_one(on, *options); });
  });
}

} // namespace tocsin::cli
