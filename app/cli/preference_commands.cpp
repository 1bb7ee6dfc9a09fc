#include "app/cli/change_options.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "messages/recipient.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <memory>
#include <optional>

namespace tocsin::cli {

namespace {

namespace json = boost::json;

/// One list of preferences: the member, and what its options are called by.
struct list_kind {
  const char* member;
  const char* word;
};

constexpr std::array<list_kind, 3> list_kinds{
  {{"customers", "customer"}, {"services", "service"}, {"event_types", "type"}}};

struct preference_changes {
  std::string recipient;
  std::array<selection_changes, list_kinds.size()> lists;
  /// `22:00-07:00`.
  std::string quiet;
  std::optional<int> utc_offset;
  std::optional<bool> critical_bypass;
  bool never_quiet = false;
};

outcome<std::string> path_of_preference(session& on, const std::string& text) {
  auto recipient = parse_recipient_id(text);
  if (!recipient)
    return on.fail_with(exit_code::usage,
                        fmt::format("'{}': expected admin/NAME or customer/NAME", text));
  const auto* list = recipient->kind == recipient_kind::admin ? "admins" : "customers";
  return fmt::format("/{}/{}/preferences", list, recipient->name);
}

exit_code show_preference(session& on, const std::string& text) {
  auto path = path_of_preference(on, text);
  if (!path)
    return path.error();
  auto reply = on.call({"GET", *path, {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const json::value& x) { return fields_text(x); });
  return exit_code::ok;
}

/// Changes the quiet hours as the options say; false if they change hours that do not exist.
bool apply_to_quiet_hours(json::value& hours, const preference_changes& options) {
  if (options.never_quiet)
    hours = nullptr;
  if (!options.quiet.empty()) {
    if (!hours.is_object())
      hours = json::object{};
    auto dash = options.quiet.find('-');
    hours.as_object()["from"] = options.quiet.substr(0, dash);
    hours.as_object()["until"] = options.quiet.substr(dash + 1);
  }
  if (!options.utc_offset && !options.critical_bypass)
    return true;
  if (!hours.is_object())
    return false;
  if (options.utc_offset)
    hours.as_object()["utc_offset_minutes"] = *options.utc_offset;
  if (options.critical_bypass)
    hours.as_object()["critical_bypass"] = *options.critical_bypass;
  return true;
}

/// Reads what is stored and puts it back with the changes, unless somebody else was there between.
exit_code set_preference(session& on, const preference_changes& options) {
  auto path = path_of_preference(on, options.recipient);
  if (!path)
    return path.error();
  auto stored = on.call({"GET", *path, {}, {}});
  if (!stored)
    return stored.error();
  auto wanted = stored->value.as_object();
  wanted.erase("managed_by");
  for (size_t i = 0; i < list_kinds.size(); ++i)
    for (auto& [name, names] : selection_patch(options.lists[i]))
      wanted[list_kinds[i].member].as_object()[name] = names;
  if (!apply_to_quiet_hours(wanted["quiet_hours"], options))
    return on.fail_with(exit_code::usage, "there are no quiet hours yet: --quiet is required too");
  // One that was never saved has no revision to name.
  if (cell(stored->value, "revision") == "0")
    wanted.erase("revision");
  auto reply = on.call({"PUT", *path, json::serialize(wanted), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const json::value& x) { return fields_text(x); });
  return exit_code::ok;
}

void add_preference_set(CLI::App& group, command_line& line) {
  auto options = std::make_shared<preference_changes>();
  auto* set = group.add_subcommand("set", "Change what is given, and leave the rest");
  set->add_option("RECIPIENT", options->recipient, "admin/NAME or customer/NAME")->required();
  for (size_t i = 0; i < list_kinds.size(); ++i)
    add_selection_changes(*set, list_kinds[i].word, {"Include", "Exclude"}, options->lists[i]);
  auto is_span = CLI::Validator(
    [](const std::string& x) {
      return x.size() == 11 && x[5] == '-' ? std::string{} : "expected the form 22:00-07:00";
    },
    "FROM-UNTIL");
  auto* quiet
    = set->add_option("--quiet", options->quiet, "Quiet hours of every day, such as 22:00-07:00")
        ->check(is_span);
  set->add_option("--utc-offset", options->utc_offset, "UTC offset of the quiet hours, in minutes");
  add_on_off(*set, "--critical-bypass", options->critical_bypass,
             "Whether critical events pass the quiet hours: on or off");
  set->add_flag("--never-quiet", options->never_quiet, "No quiet hours")->excludes(quiet);
  set->callback([&line, options] {
    line.choose([options](session& on) { return set_preference(on, *options); });
  });
}

} // namespace

void add_preference_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("preference", "What a recipient wants to be told");
  group->require_subcommand(1);
  auto* show = group->add_subcommand("show", "Show a recipient's preferences");
  auto recipient = std::make_shared<std::string>("admin/admin");
  show->add_option("RECIPIENT", *recipient, "admin/NAME or customer/NAME")->capture_default_str();
  show->callback([&line, recipient] {
    line.choose([recipient](session& on) { return show_preference(on, *recipient); });
  });
  add_preference_set(*group, line);
}

} // namespace tocsin::cli
