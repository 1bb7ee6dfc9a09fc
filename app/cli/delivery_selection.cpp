#include "app/cli/delivery_selection.hpp"

#include <CLI/CLI.hpp>

namespace tocsin::cli {

namespace {

/// Adds an option that takes no empty value, as a variable of a script that is not set gives: it
/// would let everything pass.
void add_narrowing(CLI::App& command, const char* name, std::string& target, const char* help) {
  command.add_option(name, target, help)->check([](const std::string& value) {
    return std::string{value.empty() ? "an empty value selects nothing" : ""};
  });
}

} // namespace

void add_selection(CLI::App& command, delivery_selection& options) {
  add_narrowing(command, "--channel", options.channel.text,
                "Only through this channel (id or name)");
  command.add_option("--owner", options.channel.owner,
                     "Look for the name only among the channels of admin/NAME or customer/NAME");
  command.add_option("--code", options.code, "Only with this code of the last attempt");
}

void add_time_selection(CLI::App& command, delivery_selection& options) {
  add_narrowing(command, "--since", options.since, "At or after this time (RFC 3339)");
  add_narrowing(command, "--until", options.until, "Before this time (RFC 3339)");
}

void add_event_selection(CLI::App& command, delivery_selection& options) {
  add_narrowing(command, "--type", options.type, "Only of this event type");
  add_narrowing(command, "--customer", options.customer,
                "Only of this customer (id or display name)");
}

outcome<query_parameters> selection_members(session& on, const delivery_selection& options) {
  std::string channel;
  if (!options.channel.text.empty()) {
    auto found = find_channel(on, options.channel);
    if (!found)
      return found.error();
    channel = found->id;
  }
  return query_parameters{{"channel", channel},         {"code", options.code.value_or("")},
                          {"event_type", options.type}, {"customer", options.customer},
                          {"since", options.since},     {"until", options.until}};
}

} // namespace tocsin::cli
