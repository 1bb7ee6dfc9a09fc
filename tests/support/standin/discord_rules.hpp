#pragma once

#include "tests/support/standin/wire.hpp"

/// Discord's webhooks (API v10).
namespace tocsin::standin {

/// The webhook id in `/discord/api/v10/webhooks/{id}/{token}`; empty if the path is not of that
/// form (a token of the wrong shape still yields the id).
std::string discord_endpoint_name(std::string_view path);

/// A Discord error reply `{"message", "code"}`.
reply discord_error(int status, int code, std::string_view message);

/// Judges a `POST /discord/api/v10/webhooks/{id}/{token}?wait=true[&thread_id=…]`, and is stricter
/// than Discord where that protects people: `wait=true` and `"allowed_mentions":{"parse":[]}` are
/// obligatory, unknown keys are refused, and so is a `User-Agent` that is not of the form
/// `DiscordBot (url, version)`. Components and polls are not offered.
/// Lengths count code points of the trimmed text.
/// A success carries the message as Discord returns it; `seen` gives its id and time.
verdict check_discord(const request& req, const sighting& seen);

} // namespace tocsin::standin
