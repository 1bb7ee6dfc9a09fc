#include "app/cli/channel_commands.hpp"

#include "app/cli/channel_lookup.hpp"
#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/request_text.hpp"
#include "app/cli/value_input.hpp"

#include <boost/json.hpp>
#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace tocsin::cli {

namespace {

/// What is done with a channel that was found.
using channel_action = std::function<exit_code(session&, const found_channel&)>;

/// Adds a command that takes a channel's id or name, and runs `action` on it.
CLI::App* add_command(CLI::App& group, command_line& line, const char* name, const char* help,
                      channel_action action) {
  auto* command = group.add_subcommand(name, help);
  auto wanted = std::make_shared<channel_reference>();
  command->add_option("CHANNEL", wanted->text, "Id or name")->required();
  command->add_option("--owner", wanted->owner,
                      "Look for the name only among the channels of admin/NAME or customer/NAME");
  command->callback([&line, wanted, action = std::move(action)] {
    line.choose([wanted, action](session& on) {
      auto found = find_channel(on, *wanted);
      return found ? action(on, *found) : found.error();
    });
  });
  return command;
}

exit_code show_channel(session& on, const found_channel& x) {
  auto reply = on.call({"GET", "/channels/" + x.id, {}, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& value) { return fields_text(value); });
  return exit_code::ok;
}

exit_code remove_channel(session& on, const found_channel& x) {
  auto reply = on.call({"DELETE", "/channels/" + x.id, {}, {}});
  if (!reply)
    return reply.error();
  on.remark(fmt::format("channel {} ({}) removed", x.name, x.id));
  return exit_code::ok;
}

exit_code set_enabled(session& on, const found_channel& x, bool enabled) {
  auto body = fmt::format(R"({{"enabled":{}}})", enabled);
  auto reply = on.call({"PATCH", "/channels/" + x.id, body, {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [&](const boost::json::value&) {
    return fmt::format("channel {} ({}) {}\n", x.name, x.id, enabled ? "enabled" : "disabled");
  });
  return exit_code::ok;
}

std::string sample_body(const std::string& event_type) {
  boost::json::object body;
  if (!event_type.empty())
    body["event_type"] = event_type;
  return boost::json::serialize(body);
}

exit_code test_channel(session& on, const found_channel& x, const std::string& event_type) {
  auto path = fmt::format("/channels/{}/test", x.id);
  auto reply = on.call({"POST", path, sample_body(event_type), {}});
  return reply ? print_test(on, *reply) : reply.error();
}

struct preview_options {
  std::string event_type;
  bool html = false;
};

exit_code preview_channel(session& on, const found_channel& x, const preview_options& options) {
  auto path = fmt::format("/channels/{}/preview", x.id);
  auto reply = on.call({"POST", path, sample_body(options.event_type), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [&](const boost::json::value& value) {
    const auto& request = member(value, "request");
    return options.html ? cell(request, "html") + '\n' : request_text(request);
  });
  return exit_code::ok;
}

struct rotation_options {
  std::optional<int64_t> grace;
  std::string secret;
};

exit_code rotate_secret(session& on, const found_channel& x, const rotation_options& options) {
  boost::json::object body;
  if (options.grace)
    body["grace_seconds"] = *options.grace;
  if (!options.secret.empty()) {
    value_input input{on.around().in};
    auto secret = input.resolve("--secret", options.secret);
    if (!secret)
      return report_failure(secret.error(), on.around());
    body["secret"] = *secret;
  }
  auto reply = on.call(
    {"POST", fmt::format("/channels/{}/rotate-secret", x.id), boost::json::serialize(body), {}});
  if (!reply)
    return reply.error();
  on.print(*reply, [](const boost::json::value& value) { return fields_text(value); });
  return exit_code::ok;
}

void add_preview(CLI::App& group, command_line& line) {
  auto options = std::make_shared<preview_options>();
  auto* preview = add_command(
    group, line, "preview", "Show what a channel would send",
    [options](session& on, const found_channel& x) { return preview_channel(on, x, *options); });
  preview->add_option("--type", options->event_type, "The event type that the message shows");
  preview->add_flag("--html", options->html, "The HTML part of a mail");
}

void add_rotation(CLI::App& group, command_line& line) {
  auto options = std::make_shared<rotation_options>();
  auto* rotation = add_command(
    group, line, "rotate-secret", "Replace the secret of a webhook; the new one is shown once",
    [options](session& on, const found_channel& x) { return rotate_secret(on, x, *options); });
  rotation->add_option("--grace", options->grace,
                       "Seconds for which the old one signs too (86400)");
  rotation->add_option("--secret", options->secret,
                       "The new one (or @FILE, or -); without this it is generated");
}

void add_channel_list(CLI::App& group, command_line& line) {
  struct list_options {
    std::string owner;
    paging_options paging{.limit = max_page_entries, .cursor = {}};
  };
  auto* list = group.add_subcommand("list", "List channels");
  auto options = std::make_shared<list_options>();
  list->add_option("--owner", options->owner, "Only those of admin/NAME or customer/NAME");
  add_paging(*list, options->paging);
  list->callback([&line, options] {
    line.choose([options](session& on) {
      return print_list(on, "/channels", {{"owner", options->owner}}, options->paging,
                        {{"ID", "id"},
                         {"NAME", "name"},
                         {"TYPE", "type"},
                         {"ENABLED", "enabled"},
                         {"OWNER", "owner"},
                         {"TARGET", "target"}});
    });
  });
}

} // namespace

exit_code print_test(session& on, const answer& x) {
  on.print(x, [](const boost::json::value& value) {
    const auto& request = member(value, "request");
    return fields_text(value, {"request"})
           + (request.is_null() ? "" : '\n' + request_text(request));
  });
  bool delivered = is_set(x.value, "delivered");
  return delivered ? exit_code::ok : exit_code::not_delivered;
}

void add_channel_commands(CLI::App& root, command_line& line) {
  auto* group = root.add_subcommand("channel", "Add, test, change and remove channels");
  group->require_subcommand(1);
  add_channel_add(*group, line);
  add_channel_set(*group, line);
  add_channel_list(*group, line);
  add_command(*group, line, "show", "Show a channel; its secrets are not shown", show_channel);

  auto event_type = std::make_shared<std::string>();
  auto* test = add_command(
    *group, line, "test", "Send a test message now and show the result",
    [event_type](session& on, const found_channel& x) { return test_channel(on, x, *event_type); });
  test->add_option("--type", *event_type, "The event type that the message shows");

  add_preview(*group, line);
  add_rotation(*group, line);
  add_command(*group, line, "remove", "Remove a channel; what it still owes is cancelled",
              remove_channel);
  add_command(*group, line, "enable", "Enable a channel; it delivers what it owes",
              [](session& on, const found_channel& x) { return set_enabled(on, x, true); });
  add_command(*group, line, "disable",
              "Disable a channel; it accepts nothing new and keeps what it owes",
              [](session& on, const found_channel& x) { return set_enabled(on, x, false); });
}

} // namespace tocsin::cli
