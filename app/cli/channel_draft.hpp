#pragma once

#include "app/cli/retry_options.hpp"
#include "app/cli/value_input.hpp"
#include "messages/failure.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace tocsin::cli {

/// The flags of `channel add` as they stand on the command line; empty ones were not given.
struct channel_draft {
  std::string type;
  std::string name;
  std::string owner;
  bool disabled = false;
  std::vector<std::string> triggers;
  /// Email: `TYPE=ADDRESS`, the address for events of this type instead of `to`.
  std::vector<std::string> trigger_to;
  std::vector<std::string> include_customers;
  std::vector<std::string> exclude_customers;
  std::vector<std::string> include_services;
  std::vector<std::string> exclude_services;
  retry_options retries;
  /// Member of `settings` and its value, as text.
  std::vector<std::pair<std::string, std::string>> plain;
  /// The same, for values that may be `@FILE` or `-`.
  std::vector<std::pair<std::string, std::string>> secret;
  /// Email's port; 0 where it was not given.
  int port = 0;
  std::vector<std::string> to;
  /// Webhook: `NAME: VALUE`; the value may be `@FILE` or `-`.
  std::vector<std::string> headers;
  /// `TYPE/PART=TEMPLATE`; the template may be `@FILE` or `-`.
  std::vector<std::string> templates;
};

/// The body of `POST /channels`.
/// Errors: invalid_argument, for triggers, headers and secret values that cannot be read.
expected<boost::json::object> channel_body(const channel_draft& draft, value_input& input);

} // namespace tocsin::cli
