#pragma once

#include "tests/support/standin/wire.hpp"

#include <boost/json/object.hpp>

/// Telegram's Bot API, the method sendMessage.
namespace tocsin::standin {

/// The bot's number, the part of the token before the colon, in `/telegram/bot{token}/sendMessage`;
/// empty if the path is not of that form.
std::string telegram_endpoint_name(std::string_view path);

/// The `chat_id` of a sendMessage body as text; empty if there is none.
std::string telegram_chat_of(std::string_view body);

/// A Bot API error reply; `parameters` are put in if there are any.
reply telegram_error(int code, std::string_view description, boost::json::object parameters = {});

/// Judges a `POST /telegram/bot{token}/sendMessage` as the Bot API server does. Stricter: only a
/// JSON body, no unknown parameters, and of the parse modes only HTML is offered.
/// The text's limits are 32,768 bytes before and 4,096 code points after parsing.
/// A success carries the message as Telegram returns it; `seen` gives its id and time.
verdict check_telegram(const request& req, const sighting& seen);

} // namespace tocsin::standin
