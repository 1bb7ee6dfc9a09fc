#pragma once

#include "tests/support/standin/wire.hpp"

/// Opsgenie's Alert API v2.
namespace tocsin::standin {

/// Judges a `POST /opsgenie/v2/alerts` or `/opsgenie/v2/alerts/ALIAS/close?identifierType=alias` as
/// the Alert API does (docs.opsgenie.com, "Create Alert", "Close Alert"), and is stricter where
/// that cuts in silence: unknown keys and texts over their limits are refused. Answers 202.
verdict check_opsgenie(const request& req, const sighting& seen);

} // namespace tocsin::standin
