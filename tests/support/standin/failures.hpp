#pragma once

#include "tests/support/standin/script.hpp"

#include <vector>

/// Every documented failure of every provider, ready to be scripted by name.
namespace tocsin::standin {

/// One failure of a provider, in that provider's own words.
struct known_failure {
  /// `provider.what`, for example `slack.no_service` or `discord.10015`.
  std::string name;
  scripted_reply what;
};

/// All failures the stand-in knows, from the reply tables of the providers.
const std::vector<known_failure>& known_failures();

/// The failure of that name; nothing if there is none.
std::optional<scripted_reply> find_failure(std::string_view name);

} // namespace tocsin::standin
