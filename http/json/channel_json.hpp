#pragma once

#include "http/json/json_writer.hpp"
#include "messages/protocol/channel_registry.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tocsin::http {

/// A channel as the API shows it.
std::string to_json(const channel_view& x);
void write_channel(json_writer& out, const channel_view& x);

/// How a Send Test went.
std::string to_json(const test_report& x);

/// How a message looks.
std::string to_json(const channel_preview& x);

/// The new secret, the only time it is shown.
std::string to_json(const secret_rotated& x);

/// What a change would change.
std::string to_json(const channel_comparison& x);

/// Reads a new channel out of `object`, which was parsed from `body`; its `settings` are taken
/// over as text, so that their numbers keep their digits. Where `event_type` is given, the member
/// of this name is read into it.
/// Errors: invalid_argument or unknown_event_type with all field errors.
expected<channel_draft> decode_channel(const boost::json::object& object, std::string_view body,
                                       std::string* event_type = nullptr);

/// What a PATCH asks for: a JSON Merge Patch over a channel as the API shows it.
struct channel_patch {
  /// Without `settings` and `revision`.
  boost::json::object changes;
  /// The patch over the settings, as text.
  std::string settings = "{}";
  /// The revision the client started from, where it says so.
  std::optional<int64_t> revision;
};

/// Takes a patch apart. Errors: invalid_argument with all field errors.
expected<channel_patch> decode_channel_patch(boost::json::object object, std::string_view body);

/// The draft that `patch` makes of the stored channel `found`. Members that the service sets may
/// stand in a patch as long as they say what is stored, masked or not.
/// Errors: invalid_argument or unknown_event_type with all field errors.
expected<channel_draft> apply_patch(const channel_patch& patch, const channel_view& found);

} // namespace tocsin::http
