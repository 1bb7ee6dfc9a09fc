#pragma once

#include "http/json/json_writer.hpp"
#include "messages/protocol/delivery_log.hpp"
#include "messages/protocol/ingress.hpp"

#include <string>
#include <vector>

namespace tocsin::http {

/// The answer to accepted events: one receipt, or `{"data":[…]}` for an array.
std::string receipts_json(const std::vector<event_receipt>& receipts, bool is_array);

/// An entry of the list of events.
void write_accepted_event(json_writer& out, const accepted_event& x);

/// An event with its deliveries and with those it does not reach.
std::string to_json(const event_view& x);

} // namespace tocsin::http
