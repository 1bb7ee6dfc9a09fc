#include "app/cli/delivery_selection.hpp"

#include <CLI/CLI.hpp>

namespace tocsin::cli {

void add_selection(CLI::App& command, delivery_selection& options) {
  command.add_option("--channel", options.channel.text, "Only through this channel (id or name)");
  command.add_option("--owner", options.channel.owner,
                     "Look for the name only among the channels of admin/NAME or customer/NAME");
  command.add_option("--code", options.code, "Only with this code of the last attempt");
}

void add_time_selection(CLI::App& command, delivery_selection& options) {
  command.add_option("--since", options.since, "At or after this time (RFC 3339)");
  command.add_option("--until", options.until, "Before this time (RFC 3339)");
}

void add_event_selection(CLI::App& command, delivery_selection& options) {
  command.add_option("--type", options.type, "Only of this event type");
  command.add_option("--customer", options.customer, "Only of this customer (id or display name)");
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
