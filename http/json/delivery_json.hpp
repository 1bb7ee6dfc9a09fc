#pragma once

#include "http/json/json_writer.hpp"
#include "messages/protocol/delivery_control.hpp"
#include "messages/protocol/delivery_log.hpp"

#include <string>

namespace tocsin::http {

/// Writes the members of a delivery of the event `carried`, without the braces.
void write_members(json_writer& out, const delivery& x, const event& carried);

/// An entry of the list of deliveries.
void write_delivery(json_writer& out, const delivery_view& x);

/// A delivery with its attempts.
std::string to_json(const delivery_view& x);

/// What an operator did to a delivery: `{"changed":…,"delivery":{…}}`.
std::string to_json(const delivery_changed& x);

/// What happened to all deliveries, per span and in total.
std::string to_json(const delivery_summary& x);

} // namespace tocsin::http
