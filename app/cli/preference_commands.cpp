#include "app/cli/command_line.hpp"
#include "app/cli/listing.hpp"
#include "messages/recipient.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

exit_code show_preference(session& on, const std::string& text) {
  auto recipient = parse_recipient_id(text);
  if (!recipient)
    return on.fail_with(exit_code::usage,
                        fmt::format("'{}': admin/NAME or customer/NAME is needed", text));
  auto list = recipient->kind == recipient_kind::admin ? "admins" : "customers";
  auto path = fmt::format("/{}/{}/preferences", list, recipient->name);
  auto reply = on.call({"GET", path, {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& x) { return fields_text(x); });
  return exit_code::ok;
}

} // namespace

void add_preference_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("preference", "What a recipient wants to hear of");
  group->require_subcommand(1);
  auto* show = group->add_subcommand("show", "Show a recipient's preferences");
  auto recipient = std::make_shared<std::string>("admin/admin");
  show->add_option("RECIPIENT", *recipient, "admin/NAME or customer/NAME")->capture_default_str();
  show->callback([&line, recipient] {
    line.choose([recipient](session& on) { return show_preference(on, *recipient); });
  });
}

} // namespace tocsin::cli
