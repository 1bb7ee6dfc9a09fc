#pragma once

#include "http/json/json_writer.hpp"
#include "messages/custom_event_type.hpp"
#include "messages/failure.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace tocsin::http {

/// Writes the whole catalogue as an array.
void write_event_types(json_writer& out);

/// One type of the catalogue as the API shows it.
std::string to_json(const event_type_info& x);
std::string to_json(const custom_event_type& x);

/// Reads a new event type. Errors: invalid_argument with all field errors.
expected<custom_event_type> decode_event_type(const boost::json::object& object);

/// `found` with a JSON Merge Patch (RFC 7396) applied. Errors: invalid_argument with all field
/// errors.
expected<custom_event_type> apply_patch(const boost::json::object& patch,
                                        const custom_event_type& found);

} // namespace tocsin::http
