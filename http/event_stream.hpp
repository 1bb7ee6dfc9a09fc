#pragma once

#include "messages/protocol/delivery_feed.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// The media type of server-sent events (WHATWG HTML §9.2).
inline constexpr std::string_view event_stream_type = "text/event-stream";

/// A position as it stands in `id:`: 26 characters of the run, a dash, and 16 digits, so that the
/// order of the texts is that of the positions.
std::string to_string(const feed_position& x);

/// Reads what `to_string` wrote; nothing if it is something else.
std::optional<feed_position> parse_feed_position(std::string_view text);

/// Writes server-sent events into `out`. Neither `name` nor `data` has line breaks.
void write_event(std::string& out, const feed_position& id, std::string_view name,
                 std::string_view data);

/// Writes only an id: no event for the reader, who continues from there after a reconnect.
void write_position(std::string& out, const feed_position& id);

} // namespace tocsin::http
