#pragma once

#include "messages/protocol/session_registry.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace tocsin::http {

/// Who is signed in, with the token that changes need.
std::string session_json(const recipient_id& who, timestamp expires_at,
                         std::string_view csrf_token);

/// A new link into the portal; its address begins with `public_url`, which may be empty.
std::string to_json(const portal_link_created& x, std::string_view public_url);

/// Reads `admin` and `password`. Errors: invalid_argument with all field errors.
expected<sign_in> decode_sign_in(const boost::json::object& object);

/// Reads the one text member `name` of an object. Errors: invalid_argument with all field errors.
expected<std::string> decode_single_text(const boost::json::object& object, std::string_view name,
                                         std::string_view what);

} // namespace tocsin::http
