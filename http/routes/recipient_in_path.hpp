#pragma once

#include "http/routes/route.hpp"
#include "messages/recipient.hpp"

#include <optional>

namespace tocsin::http {

/// The recipient of the kind `kind` that the path of `c` names first; nothing if no recipient can
/// have that name.
inline std::optional<recipient_id> recipient_in_path(const call& c, recipient_kind kind) {
  return parse_recipient_id(to_string(recipient_id{kind, c.captures.front()}));
}

} // namespace tocsin::http
