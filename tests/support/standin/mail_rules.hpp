#pragma once

#include "tests/support/standin/json_shape.hpp"

/// What a careful mail receiver checks in the message itself.
namespace tocsin::standin {

/// Faults an Internet message (RFC 5322, RFC 2047) with CRLF lines whose header block is not well
/// formed: a line that is no field, `Date` or `From` missing, a field that may occur once occurring
/// twice, an encoded word above 75 characters or on a line above 76, one that does not decode, or
/// one whose bytes are not whole UTF-8 characters.
fault check_mail_message(std::string_view message);

} // namespace tocsin::standin
