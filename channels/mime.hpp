#pragma once

#include "channels/mail_address.hpp"
#include "messages/timestamp.hpp"

#include <span>
#include <string>
#include <string_view>

namespace tocsin::channels {

/// A header line with its CRLF for a text that may be anything (RFC 5322 §2.2.3, RFC 2047): folded
/// to 76 characters, in encoded words where it is not ASCII. Line breaks in `text` become spaces.
std::string text_header(std::string_view name, std::string_view text);

/// A header with its CRLF for mailboxes, each on a line of its own: `From: Name <address>`.
std::string mailbox_header(std::string_view name, std::span<const mailbox> all);

/// RFC 5322 §3.3 in UTC: `Sun, 29 Mar 2026 14:30:00 +0000`.
std::string mail_date(timestamp x);

/// One part of a multipart body: its headers, an empty line and `text` in UTF-8, encoded as
/// quoted-printable or base 64, whichever is shorter. Its lines end in CRLF and are at most 76
/// characters of printable ASCII; none begins with a dot.
std::string body_part(std::string_view content_type, std::string_view text);

} // namespace tocsin::channels
