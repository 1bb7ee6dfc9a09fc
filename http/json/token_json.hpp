#pragma once

#include "http/json/json_writer.hpp"
#include "messages/protocol/token_registry.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace tocsin::http {

/// A token as the API shows it, without its text.
std::string to_json(const token& x);
void write_token(json_writer& out, const token& x);

/// A new token with its text.
std::string to_json(const token_created& x);

/// Reads the request for a new token. Errors: invalid_argument with all field errors.
expected<create_token> decode_token(const boost::json::object& object);

} // namespace tocsin::http
