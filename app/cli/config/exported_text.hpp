#pragma once

#include "app/cli/config/stored_state.hpp"

#include <string>
#include <vector>

namespace tocsin::cli {

/// A configuration file that describes what a service holds.
struct exported_text {
  /// YAML, with `${VARIABLE}` in place of each secret.
  std::string yaml;
  /// Those variables, in the order of the file.
  std::vector<std::string> variables;
};

/// Describes all that `stored` has but what is the service's own: ids, revisions and instants. What
/// is as it is by default is left out. The same objects give the same text, whatever their ids.
exported_text export_text(const stored_state& stored);

} // namespace tocsin::cli
