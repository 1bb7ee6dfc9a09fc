#pragma once

#include "http/json/json_writer.hpp"
#include "messages/failure.hpp"
#include "messages/recipient.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace tocsin::http {

/// An admin or a customer as the API shows it.
std::string to_json(const recipient& x);
void write_recipient(json_writer& out, const recipient& x);

/// Writes the member `name`: `{"include":[…],"exclude":[…]}`.
void write_selection(json_writer& out, std::string_view name, const selection& x);

/// Reads a new admin or customer. Errors: invalid_argument with all field errors.
expected<recipient> decode_recipient(const boost::json::object& object, recipient_kind kind);

/// The recipient that a JSON Merge Patch makes of the stored one, with its revision. Members that
/// the service sets may stand in a patch as long as they say what is stored.
/// Errors: invalid_argument with all field errors.
expected<recipient> apply_patch(const boost::json::object& patch, const recipient& found);

/// A preference as the API shows it.
std::string to_json(const preference& x);

/// A preference as a client sends it.
struct wanted_preference {
  /// What the client sends as `managed_by`, which it cannot set.
  preference value;
  /// The revision the client started from, where it says so.
  std::optional<int64_t> revision;
};

/// Reads a whole preference; what is left out lets everything pass.
/// Errors: invalid_argument or unknown_event_type with all field errors.
expected<wanted_preference> decode_preference(const boost::json::object& object);

} // namespace tocsin::http
