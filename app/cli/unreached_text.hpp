#pragma once

#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"

#include <boost/json.hpp>

#include <string>

namespace tocsin::cli {

/// Whom the event did not reach, and why, after an empty line; nothing where it reached everybody.
inline std::string unreached_text(const boost::json::value& event) {
  const auto* all = member(event, "unreached").if_array();
  if (!all || all->empty())
    return {};
  return '\n' + list_text(*all, {{"NOT REACHED", "recipient"}, {"REASON", "reason"}});
}

} // namespace tocsin::cli
