#pragma once

#include "http/json/json_writer.hpp"
#include "messages/delivery_pause.hpp"
#include "messages/protocol/delivery_control.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace tocsin::http {

/// Writes a pause that lasts as an object.
void write_pause(json_writer& out, const delivery_pause& x);

/// `{"pause":{…}}`, or `null` in its place.
std::string to_json(const pause_state& x);

/// Reads `{"until":…,"reason":…}`. Errors: invalid_argument.
expected<pause_deliveries> decode_pause(const boost::json::object& object);

} // namespace tocsin::http
