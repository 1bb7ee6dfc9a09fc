#pragma once

#include "tests/support/standin/wire.hpp"

/// PagerDuty's Events API v2.
namespace tocsin::standin {

/// The routing key in the body of an event; empty where there is none.
std::string pagerduty_endpoint_name(std::string_view body);

/// Judges a `POST /pagerduty/v2/enqueue` as the Events API does (developer.pagerduty.com, "Send an
/// alert event"), and is stricter where that is silent: unknown keys are refused, and all events
/// need a payload. Answers 202 with the deduplication key, or 400 with the errors.
verdict check_pagerduty(const request& req);

} // namespace tocsin::standin
