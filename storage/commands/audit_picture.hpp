#pragma once

#include "messages/custom_event_type.hpp"
#include "messages/delivery.hpp"
#include "messages/delivery_pause.hpp"
#include "messages/recipient.hpp"
#include "messages/session.hpp"
#include "messages/token.hpp"
#include "storage/records/channel_record.hpp"

#include <string>
#include <vector>

namespace tocsin::storage {

// What stored objects look like in the audit log: JSON objects that hold no secret, no digest and
// nothing sealed. Of a channel's settings nothing is shown.

std::string picture(const stored_channel& x);
std::string picture(const recipient& x);
std::string picture(const preference& x);
std::string picture(const delivery& x);
std::string picture(const token& x);
std::string picture(const password_hash& x);
std::string picture(const session& x);
std::string picture(const portal_link& x);
std::string picture(const custom_event_type& x);
std::string picture(const delivery_pause& x);

/// `picture` with the names of the settings that a change concerned; unchanged where it is none.
std::string with_changed_settings(std::string picture, const std::vector<std::string>& names);

} // namespace tocsin::storage
