#include "channels/email_message.hpp"

#include "channels/mime.hpp"
#include "channels/text_pipeline.hpp"
#include "messages/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::channels {

namespace {

/// Long enough for every real service name; mail programs show far less.
constexpr size_t max_subject = 400;
/// Of a part that a template makes; whole mails are refused by many servers from 10 MiB on.
constexpr size_t max_own_bytes = 256 * 1024;
/// Labels are padded up to here, so that the values of short ones stand in a column.
constexpr size_t max_label_column = 24;

/// Declared in one place, as mail programs keep either the `style` element or the attributes.
constexpr std::string_view styles
  = "body{margin:0;padding:0;background:#f4f5f7;color:#1c1e21;"
    "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;font-size:15px;"
    "line-height:1.5}"
    ".card{max-width:600px;margin:24px auto;background:#ffffff;border:1px solid #dfe1e5;"
    "border-radius:6px}"
    ".pad{padding:20px 24px}"
    "h1{font-size:19px;line-height:1.3;margin:0 0 12px}"
    "th,td{padding:6px 12px 6px 0;border-top:1px solid #e6e8eb;text-align:left;"
    "vertical-align:top;overflow-wrap:anywhere;word-break:break-word}"
    "th{font-weight:600;color:#5a6069;width:30%}"
    ".foot{color:#747a83;font-size:13px}"
    "@media (prefers-color-scheme:dark){"
    "body{background:#15171a!important;color:#e8eaed!important}"
    ".card{background:#202327!important;border-color:#363b42!important}"
    "th,td{border-color:#363b42!important}"
    "th,.foot{color:#a5acb5!important}}";

/// The message of a mail, or what stands for it.
std::string message_of(const message_content& content) {
  return content.message.empty() ? content.headline : content.message;
}

/// Names the mails that belong together; no mail has this id itself.
std::string thread_id(const event& x, std::string_view domain) {
  return fmt::format("<thread.{}@{}>", incident_key(x), domain);
}

std::string footer_of(const render_context& x) {
  return clean_line(fmt::format("Sent by {} · event {} · delivery {}", x.public_name,
                                x.event.value.type, to_string(x.id)));
}

/// The message and its facts, one per line, the values in a column.
std::string default_text(const message_content& content) {
  auto result = fmt::format("{}\n\n{}\n\n", content.headline, message_of(content));
  size_t column = 0;
  for (auto& fact : content.facts)
    if (auto size = measure(fact.label, text_unit::code_points); size <= max_label_column)
      column = std::max(column, size);
  for (auto& fact : content.facts) {
    auto size = measure(fact.label, text_unit::code_points);
    result += fact.label + ':';
    result.append(size < column ? column - size + 1 : 1, ' ');
    for (char c : or_placeholder(fact.value, "-")) {
      result += c;
      if (c == '\n')
        result.append(4, ' ');
    }
    result += '\n';
  }
  if (content.omitted > 0)
    result += fmt::format("({} more details not shown)\n", content.omitted);
  return result;
}

/// What the card of a mail without templates holds.
std::string default_card(const message_content& content) {
  auto result = fmt::format("<h1 dir=\"auto\">{}</h1>\n<p dir=\"auto\">{}</p>\n"
                            "<table cellspacing=\"0\" cellpadding=\"0\" width=\"100%\">\n",
                            escape_html(content.headline), escape_html_lines(message_of(content)));
  for (auto& fact : content.facts)
    result
      += fmt::format("<tr><th scope=\"row\" align=\"left\" dir=\"auto\">{}</th>"
                     "<td dir=\"auto\">{}</td></tr>\n",
                     escape_html(fact.label), escape_html_lines(or_placeholder(fact.value, "-")));
  result += "</table>\n";
  if (content.omitted > 0)
    result += fmt::format("<p class=\"foot\">{} more details not shown</p>\n", content.omitted);
  return result;
}

/// The document around a card.
std::string document_of(std::string_view title, std::string_view card,
                        const message_content& content, const render_context& x) {
  return fmt::format(
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<meta name=\"supported-color-schemes\" content=\"light dark\">\n"
    "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n"
    "<div class=\"card\" style=\"border-top:4px solid #{:06x}\">\n<div class=\"pad\">\n"
    "{}<p class=\"foot\">{}</p>\n</div>\n</div>\n</body>\n</html>\n",
    escape_html(title), styles, colour_of(content.severity), card, escape_html(footer_of(x)));
}

/// Whether a template's HTML is a whole document.
bool is_document(std::string_view html) {
  html.remove_prefix(std::min(html.size(), html.find_first_not_of(" \t\n")));
  return html.starts_with("<!") || html.starts_with("<html") || html.starts_with("<HTML");
}

std::string default_subject(const message_content& content, const event& x) {
  auto result = content.headline;
  if (auto customer = or_placeholder(clean_line(x.customer), ""); !customer.empty())
    result += fmt::format(" ({})", customer);
  return cut(result, max_subject, text_unit::code_points);
}

} // namespace

std::vector<template_part> mail_parts() {
  auto as_it_is = [](std::string_view text) { return std::string{text}; };
  return {
    {"subject", {template_kind::text, as_it_is, max_subject, text_unit::code_points, true}},
    {"body", {template_kind::text, as_it_is, max_own_bytes, text_unit::bytes}},
    {"html", {template_kind::text, escape_html_lines, max_own_bytes, text_unit::bytes}},
  };
}

expected<mail_content> lay_out_mail(const render_context& x, const channel_templates& templates) {
  auto content = content_of(x.event);
  auto own = templates.fill_texts(x, content);
  if (!own)
    return own.error();
  auto html = templates.fill("html", x, content);
  if (!html)
    return html.error();
  mail_content result;
  result.subject = own->subject ? *own->subject : default_subject(content, x.event.value);
  result.text = fmt::format("{}\n-- \n{}\n", own->body ? *own->body + '\n' : default_text(content),
                            footer_of(x));
  if (*html && is_document(**html)) {
    result.html = std::move(**html);
    return result;
  }
  auto card = *html       ? std::move(**html)
              : own->body ? fmt::format("<p dir=\"auto\">{}</p>\n", escape_html_lines(*own->body))
                          : default_card(content);
  result.html = document_of(result.subject, card, content, x);
  return result;
}

std::string compose_mail(const mailbox& from, std::span<const mailbox> to, const render_context& x,
                         const mail_content& content) {
  auto id = to_string(x.id);
  auto thread = thread_id(x.event.value, from.domain());
  // The sequence "=_" stands in no encoded text, so that the boundary cannot either.
  auto boundary = "=_" + id;
  std::string result;
  result += mailbox_header("From", {&from, 1});
  result += mailbox_header("To", to);
  result += text_header("Subject", or_placeholder(content.subject, "(no subject)"));
  result += fmt::format("Date: {}\r\n", mail_date(x.now));
  result += fmt::format("Message-ID: <{}@{}>\r\n", id, from.domain());
  result += fmt::format("In-Reply-To: {}\r\nReferences: {}\r\n", thread, thread);
  result += "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"
            "MIME-Version: 1.0\r\n";
  result
    += fmt::format("Content-Type: multipart/alternative;\r\n boundary=\"{}\"\r\n\r\n", boundary);
  result += fmt::format("--{}\r\n{}\r\n", boundary, body_part("text/plain", content.text));
  result += fmt::format("--{}\r\n{}\r\n--{}--\r\n", boundary, body_part("text/html", content.html),
                        boundary);
  return result;
}

} // namespace tocsin::channels
