#pragma once

#include "tests/support/standin/wire.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the stand-in remembers of what reached it.
namespace tocsin::standin {

/// Whom the stand-in played.
enum class provider : std::uint8_t {
  slack,
  discord,
  telegram,
  webhook,
  email,
  pagerduty,
  opsgenie,
  /// Requests to a path that belongs to nobody; only ever refused.
  unknown,
};

inline constexpr std::size_t provider_count = 8;

/// `slack`, `discord`, `telegram`, `webhook`, `email`, `pagerduty`, `opsgenie` or `unknown`.
std::string_view to_string(provider from);

/// The provider of that name.
std::optional<provider> parse_provider(std::string_view name);

/// The envelope of a mail.
struct mail_envelope {
  std::string helo;
  /// Who had authenticated; empty if nobody had.
  std::string user;
  std::string from;
  std::vector<std::string> recipients;
};

/// One request or mail that reached the stand-in.
struct record {
  /// Rises by one with everything recorded, accepted or refused; starts at 1.
  std::uint64_t sequence = 0;
  provider from = provider::unknown;
  /// Which of the provider's endpoints: Slack's `B…` id, Discord's webhook id, the Telegram bot's
  /// number, the webhook's NAME, PagerDuty's routing key, nothing for
  /// Opsgenie, and for mail the listener: `starttls`, `tls` or `plain`.
  std::string name;
  /// The HTTP request target with its query; empty for mail.
  std::string target;
  std::string method;
  bool tls = false;
  std::chrono::system_clock::time_point received_at;
  /// The HTTP headers in the order they came; for mail the message's own are in `body`.
  std::vector<field> headers;
  /// The exact HTTP body; for mail the message with CRLF lines, dots unstuffed.
  std::string body;
  /// Only for mail.
  mail_envelope mail;

  /// What was answered: HTTP status, or SMTP reply code.
  int status = 0;
  /// The reply's body or SMTP text; empty if nothing was answered.
  std::string reply;
  /// Refused only: why, in words; for SMTP the offending command line.
  std::string reason;
  /// The reply was a scripted one.
  bool scripted = false;

  /// The value of the first header called `name` (case-insensitive); empty if there is none.
  std::string_view header(std::string_view name) const;
};

} // namespace tocsin::standin
