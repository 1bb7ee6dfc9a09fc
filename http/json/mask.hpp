#pragma once

#include "messages/audit.hpp"
#include "messages/page.hpp"
#include "messages/protocol/channel_registry.hpp"
#include "messages/protocol/dead_letters.hpp"
#include "messages/protocol/delivery_control.hpp"
#include "messages/protocol/delivery_log.hpp"
#include "messages/protocol/event_explainer.hpp"

#include <string_view>

namespace tocsin::http {

/// Replaces a text that the caller may not read.
inline constexpr std::string_view masked = "[masked]";

// Each removes what needs the scope `read:sensitive`: the content of events (`message`, `details`),
// the destinations of deliveries (`destination`), and the words of providers, which may repeat
// both. Empty texts stay empty.

void mask(accepted_event& x);
void mask(event_view& x);
void mask(delivery_view& x);
void mask(delivery_changed& x);
void mask(dead_letter_view& x);
void mask(dead_letter_summary& x);
void mask(event_explanation& x);

/// Leaves the code that disabled the channel.
void mask(channel_view& x);
void mask(audit_entry& x);

/// For the message of a delivery, which is all of the above. Leaves its method and the names of its
/// headers.
void mask(channel_preview& x);

template <class T>
void mask(page<T>& x) {
  for (auto& each : x.entries)
    mask(each);
}

} // namespace tocsin::http
