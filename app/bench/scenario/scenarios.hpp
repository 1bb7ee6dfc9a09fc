#pragma once

#include "app/bench/run_command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::bench {

/// A situation in which a service is measured: flags of `run` under one name.
struct scenario {
  std::string_view name;
  /// In a few words, for the help.
  std::string_view about;
  void (*set)(run_options&);
};

/// All of them, in the order of the documentation.
const std::vector<scenario>& scenarios();

std::vector<std::string> scenario_names();

/// Sets the flags of the scenario called `name`, which exists. Flags that were given as well are to
/// be read afterwards, and count.
void set_scenario(run_options& x, std::string_view name);

} // namespace tocsin::bench
