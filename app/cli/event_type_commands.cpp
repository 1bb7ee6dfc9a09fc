#include "app/cli/change_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <optional>

namespace tocsin::cli {

namespace {

/// What may be said of a type; the service fills in what a new one leaves out.
struct type_options {
  std::string type;
  std::string title;
  std::string severity;
  std::optional<bool> is_on;
};

boost::json::object body_of(const type_options& x) {
  boost::json::object result;
  if (!x.title.empty())
    result["title"] = x.title;
  if (!x.severity.empty())
    result["severity"] = x.severity;
  if (x.is_on)
    result["default"] = *x.is_on;
  return result;
}

exit_code add_type(session& on, const type_options& options) {
  auto body = body_of(options);
  body["type"] = options.type;
  auto reply = on.call({"POST", "/event-types", boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) {
    return fmt::format("event type {} added\n", cell(x, "type"));
  });
  return exit_code::ok;
}

exit_code set_type(session& on, const type_options& options) {
  auto body = boost::json::serialize(body_of(options));
  auto reply = on.call({"PATCH", "/event-types/" + url_escape(options.type), body, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return fields_text(x); });
  return exit_code::ok;
}

exit_code list_types(session& on) {
  auto reply = on.call({"GET", "/event-types", {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) {
    return list_text(member(x, "data"), {{"TYPE", "type"},
                                         {"TITLE", "title"},
                                         {"SEVERITY", "severity"},
                                         {"DEFAULT", "default"},
                                         {"CUSTOM", "custom"}});
  });
  return exit_code::ok;
}

exit_code remove_type(session& on, const std::string& type) {
  auto reply = on.call({"DELETE", "/event-types/" + url_escape(type), {}, {}});
  if (!reply)
    return reply.error();
  on.remark(fmt::format("event type {} removed", type));
  return exit_code::ok;
}

std::shared_ptr<type_options> add_type_options(CLI::App& command) {
  auto options = std::make_shared<type_options>();
  command.add_option("TYPE", options->type, "1 to 64 of a-z 0-9 . _ -, such as invoice.overdue")
    ->required();
  command.add_option("--title", options->title,
                     "The title that messages begin with: `Invoice overdue`");
  command.add_option("--severity", options->severity, "success, info, warning, error or critical");
  add_on_off(command, "--default", options->is_on,
             "Whether channels take it by default: on or off");
  return options;
}

} // namespace

void add_event_type_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("event-type", "What kinds of events there are");
  group->require_subcommand(1);

  auto* list = group->add_subcommand("list", "List the catalogue");
  list->callback([&line] { line.choose(list_types); });

  auto* add = group->add_subcommand("add", "Add a custom type");
  auto wanted = add_type_options(*add);
  add->get_option("--title")->required();
  add->callback(
    [&line, wanted] { line.choose([wanted](session& on) { return add_type(on, *wanted); }); });

  auto* set = group->add_subcommand("set", "Change a custom type");
  auto changed = add_type_options(*set);
  set->callback(
    [&line, changed] { line.choose([changed](session& on) { return set_type(on, *changed); }); });

  auto* remove = group->add_subcommand("remove", "Remove a custom type");
  auto type = std::make_shared<std::string>();
  remove->add_option("TYPE", *type)->required();
  remove->callback(
    [&line, type] { line.choose([type](session& on) { return remove_type(on, *type); }); });
}

} // namespace tocsin::cli
