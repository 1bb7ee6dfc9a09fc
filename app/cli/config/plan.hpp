#pragma once

#include "app/cli/config/configuration.hpp"
#include "app/cli/config/member_changes.hpp"
#include "app/cli/config/stored_state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::cli {

enum class plan_action { add, change, remove, release };

/// `add`, `change`, `remove` or `release`.
std::string_view to_string(plan_action x);

/// One request that brings the service closer to the file.
struct plan_step {
  plan_action action = plan_action::add;
  object_key key;
  /// What it changes, for people and without secrets.
  std::vector<member_change> members;
  http_request request;
};

/// What becomes of objects that the file used to manage.
enum class left_over_policy { keep, remove, release };

struct config_plan {
  /// In an order in which each finds what it needs: recipients before what is theirs, and the other
  /// way around for removals, which come last.
  std::vector<plan_step> steps;
  /// Objects that the file used to manage and that stay as they are.
  std::vector<object_key> left_over;
};

/// A file, read and to be compared with the service.
struct planned_file {
  const config_document& document;
  const configuration& wanted;
  left_over_policy left_over = left_over_policy::keep;
};

/// Compares the file with what the service holds. Nothing is changed: of channels the service is
/// asked what a change would change, or whether a new one would be taken. What it would refuse is
/// added to `faults`, with the place in the file.
/// Errors: as `session::call`.
outcome<config_plan> make_plan(session& on, const planned_file& file, config_faults& faults);

/// The plan for people.
std::string to_text(const config_plan& x);

/// The plan as
/// `{"steps":[{"action","object","members":[{"name","before","after"}]}],"left_over":[…]}`.
boost::json::object to_json(const config_plan& x);

} // namespace tocsin::cli
