#pragma once

#include "channels/adapter.hpp"
#include "channels/channel_templates.hpp"
#include "channels/mail_address.hpp"

#include <span>
#include <string>
#include <vector>

namespace tocsin::channels {

/// What a mail says, in Unicode and with plain line feeds.
struct mail_content {
  std::string subject;
  /// For programs that show no HTML.
  std::string text;
  /// One table of facts, no images, nothing loaded from elsewhere, readable on light and dark
  /// ground.
  std::string html;
};

/// The parts of a mail that templates can replace: `subject`, `body` (the text; the HTML then says
/// the same) and `html` (what the card holds, or the whole document where it is one).
std::vector<template_part> mail_parts();

/// Lays out a mail. Errors: invalid_argument from the templates.
expected<mail_content> lay_out_mail(const render_context& x, const channel_templates& templates);

/// The whole mail, 7 bit, lines ending in CRLF: RFC 5322 headers and multipart/alternative.
/// `Message-ID` is the delivery's, the same for every attempt; the mails of one customer, service
/// and event family hang together by `References`.
std::string compose_mail(const mailbox& from, std::span<const mailbox> to, const render_context& x,
                         const mail_content& content);

} // namespace tocsin::channels
