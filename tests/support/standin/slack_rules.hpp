#pragma once

#include "tests/support/standin/wire.hpp"

/// Slack's incoming webhooks.
namespace tocsin::standin {

/// The `B…` part of `/slack/services/T…/B…/…`; empty if the path is not of that form.
std::string slack_endpoint_name(std::string_view path);

/// Judges a `POST /slack/services/T…/B…/…` as an incoming webhook does, and is stricter where Slack
/// silently drops or alters something: unknown keys, `link_names: true`, texts above 40,000
/// characters and unescaped control characters are refused too.
///
/// `channel`, `username` and `icon_*` are refused unless the webhook's id starts with `BLEGACY`:
/// such a webhook plays a legacy custom integration, the only kind that honours them.
/// Answers in plain text, `ok` or Slack's error word.
verdict check_slack(const request& req);

} // namespace tocsin::standin
