// How an SMTP session reads the message after DATA.
#include "tests/support/standin/mail_rules.hpp"
#include "tests/support/standin/smtp_session.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace tocsin::standin {

namespace {

/// Octets of a line without its CRLF (RFC 5321, 4.5.3.1.6).
constexpr std::size_t max_line = 998;
/// More than this without a CRLF is dropped; the line is too long anyway.
constexpr std::size_t max_pending = 1 << 20;

} // namespace

bool smtp_session::consume_message() {
  if (buffer_.empty())
    return false;
  if (!message_began_) {
    message_began_ = true;
    if (auto script = host_.scripted(smtp_stage::message, {})) {
      step_.delay += script->delay;
      host_.refuse(current_mail(), {0, ""}, "scripted message", true);
      perform(*script);
      return false;
    }
  }
  auto end = buffer_.find("\r\n");
  if (end == std::string::npos) {
    if (buffer_.size() > max_pending) {
      spoil(fmt::format("a line of more than {} octets", max_line));
      buffer_.erase(0, buffer_.size() - 1);
    }
    return false;
  }
  auto line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  if (line != ".") {
    on_message_line(line);
    return true;
  }
  phase_ = phase::command;
  run(smtp_stage::end_of_data, fmt::format("end of data for {}", envelope_.from),
      [&] { return finish_message(); });
  reset_mail();
  return true;
}

void smtp_session::on_message_line(std::string_view line) {
  if (line.size() > max_line)
    spoil(fmt::format("a line of {} octets", line.size()));
  if (line.find('\n') != line.npos || line.find('\r') != line.npos)
    spoil("a bare LF or CR");
  if (line.find('\0') != line.npos)
    spoil("a NUL");
  bool high = std::ranges::any_of(line, [](unsigned char c) { return c >= 0x80; });
  if (high && !eight_bit_ && !utf8_)
    spoil("8-bit content without BODY=8BITMIME");
  if (line.starts_with('.')) {
    line.remove_prefix(1);
    if (!line.starts_with('.'))
      spoil("a leading dot that is not doubled");
  }
  if (message_.size() + line.size() + 2 <= policy_.max_message_bytes)
    message_.append(line).append("\r\n");
  else
    spoil("the message is too big");
}

void smtp_session::spoil(std::string_view why) {
  if (!spoilt_)
    spoilt_ = why;
}

smtp_reply smtp_session::finish_message() {
  if (spoilt_) {
    bool too_big = *spoilt_ == "the message is too big";
    return {too_big ? 552 : 550, fmt::format("{} {}", too_big ? "5.3.4" : "5.6.0", *spoilt_)};
  }
  if (auto f = check_mail_message(message_))
    return {554, "5.6.0 " + *f};
  auto number = host_.accept({envelope_, std::move(message_), tls_});
  step_.when_idle = host_.scripted(smtp_stage::idle, {});
  return {250, fmt::format("2.0.0 Ok: queued as {}", number)};
}

} // namespace tocsin::standin
