#pragma once

#include "app/cli/channel_lookup.hpp"
#include "app/cli/session.hpp"

#include <optional>
#include <string>

namespace CLI {
class App;
} // namespace CLI

namespace tocsin::cli {

/// Which deliveries or dead letters a command is about; what is empty lets everything pass.
struct delivery_selection {
  channel_reference channel;
  /// The empty one is a code too.
  std::optional<std::string> code;
  std::string type;
  std::string customer;
  std::string since;
  std::string until;

  bool is_empty() const {
    return channel.text.empty() && !code && type.empty() && customer.empty() && since.empty()
           && until.empty();
  }
};

/// Adds `--channel` with `--owner`, and `--code`.
void add_selection(CLI::App& command, delivery_selection& options);

/// Adds `--since` and `--until`.
void add_time_selection(CLI::App& command, delivery_selection& options);

/// Adds `--type` and `--customer`.
void add_event_selection(CLI::App& command, delivery_selection& options);

/// The names and values by which the API knows the selection; the channel is looked up.
/// Errors: those of `find_channel`.
outcome<query_parameters> selection_members(session& on, const delivery_selection& options);

} // namespace tocsin::cli
