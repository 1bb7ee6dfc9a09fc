#pragma once

#include "tests/support/standin/discord_form.hpp"

#include <boost/json/value.hpp>

namespace tocsin::standin {

/// Faults the first offence against Discord's embed limits in `embeds`: at most 10, each text
/// within its own limit and at most 6,000 code points in all embeds together
/// (discord-api-docs, resources/message, "Embed Limits"; counted in code points, issue #1315).
form_fault check_embeds(const boost::json::value& embeds);

} // namespace tocsin::standin
