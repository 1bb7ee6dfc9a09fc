#pragma once

#include "channels/adapter.hpp"
#include "channels/facts.hpp"
#include "channels/mail_address.hpp"

#include <string>

namespace tocsin::channels {

/// The text of a mail for programs that show no HTML.
std::string mail_text(const message_content& content, const render_context& x);

/// The HTML of a mail: one table of facts, no images, nothing loaded from elsewhere, readable on
/// light and dark ground.
std::string mail_html(const message_content& content, const render_context& x);

/// The whole mail, 7 bit, lines ending in CRLF: RFC 5322 headers and multipart/alternative.
/// `Message-ID` is the delivery's, the same for every attempt; the mails of one customer, service
/// and event family hang together by `References`.
std::string compose_mail(const mailbox& from, const mailbox& to, const render_context& x);

} // namespace tocsin::channels
