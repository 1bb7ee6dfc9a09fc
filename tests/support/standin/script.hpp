#pragma once

#include "tests/support/standin/wire.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// Failures on command: what an endpoint does instead of its ordinary work.
namespace tocsin::standin {

/// Where in an SMTP conversation a script applies.
enum class smtp_stage : std::uint8_t {
  greeting,
  ehlo,
  starttls,
  /// When the credentials are complete.
  auth,
  mail,
  rcpt,
  /// At the DATA command, before its 354.
  data,
  /// After the 354, at the first bytes of the message.
  message,
  /// At the final dot.
  end_of_data,
  /// After a mail was accepted, once `delay` has passed without a further command.
  idle,
};

/// What happens.
enum class script_action : std::uint8_t {
  /// `status`, `headers` and `body` are the reply.
  answer,
  /// The request is handled as always, `delay` later.
  proceed,
  /// No reply, ever; the connection stays open.
  stall,
  /// The connection is reset (RST) after the request was read.
  reset,
  /// The connection is closed in order (FIN), without a reply.
  close,
  /// SMTP, stage `ehlo`: EHLO is answered, but STARTTLS is not among the capabilities.
  hide_starttls,
  /// SMTP, stage `ehlo`: EHLO is answered, but AUTH is not among the capabilities.
  hide_auth,
};

/// One scripted reply. The functions below make the usual ones.
struct scripted_reply {
  script_action action = script_action::answer;
  /// HTTP status or SMTP code.
  int status = 500;
  std::vector<field> headers;
  /// HTTP body, or SMTP text (a line break makes a multi-line reply).
  std::string body;
  /// If larger than `body`, the HTTP body is filled up to this many bytes.
  std::uint64_t body_bytes = 0;
  /// How often it applies; 0 means until cleared.
  std::size_t times = 1;
  /// Waited before it happens.
  std::chrono::milliseconds delay{0};
  /// Applies only to HTTP bodies, or SMTP command lines, that contain this.
  std::string match;
  /// Check and record the request as always before this happens: the provider got it, its reply
  /// is lost. A request that is refused on its own account is answered with that refusal.
  bool accept_first = false;
  /// SMTP only.
  smtp_stage stage = smtp_stage::end_of_data;

  /// The same, `count` times; 0 means until cleared.
  scripted_reply repeated(std::size_t count) const;
  /// The same, but only for requests or command lines that contain `text`.
  scripted_reply matching(std::string text) const;
  /// The same, but the request counts as received.
  scripted_reply after_accepting() const;
  /// The same, `wait` later.
  scripted_reply delayed(std::chrono::milliseconds wait) const;
};

/// An HTTP reply.
scripted_reply http_answer(int status, std::string body = {}, std::vector<field> headers = {});
/// The same reply as `answer`.
scripted_reply http_answer(const reply& answer);
/// A `502` with an HTML page, as a proxy in front of the provider sends it.
scripted_reply html_bad_gateway();
/// A `302` to `location`.
scripted_reply redirect_to(std::string location);
/// A reply with a body of `bytes` bytes.
scripted_reply huge_body(std::uint64_t bytes, int status = 200);
/// No reply, the connection stays open.
scripted_reply stalled();
/// The connection is reset after the request was read.
scripted_reply reset_connection();
/// The connection is closed after the request was read.
scripted_reply closed_connection();
/// The ordinary handling, `wait` later.
scripted_reply slow(std::chrono::milliseconds wait);

/// An SMTP reply at `stage`.
scripted_reply smtp_answer(smtp_stage stage, int code, std::string text = {});
/// No reply at `stage`.
scripted_reply smtp_stalled(smtp_stage stage);
/// The connection is closed at `stage`.
scripted_reply smtp_closed(smtp_stage stage);
/// EHLO without STARTTLS, until cleared.
scripted_reply no_starttls();
/// EHLO without AUTH, until cleared (a client that starts TLS sends EHLO twice).
scripted_reply no_auth();
/// `421` and the end of the connection, `wait` after an accepted mail.
scripted_reply idle_421(std::chrono::milliseconds wait = std::chrono::milliseconds{0});

std::string_view to_string(smtp_stage stage);
std::optional<smtp_stage> parse_smtp_stage(std::string_view name);
std::string_view to_string(script_action action);
std::optional<script_action> parse_script_action(std::string_view name);

} // namespace tocsin::standin
