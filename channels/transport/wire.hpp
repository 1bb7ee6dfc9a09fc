#pragma once

#include "channels/transport/address_rules.hpp"
#include "messages/delivery.hpp"
#include "messages/timestamp.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tocsin::channels {

/// For receivers that say back all of a message that they have taken: 8,000 characters at Discord,
/// each of which may be twelve bytes in JSON.
inline constexpr size_t echo_reply_bytes = 256 * 1024;

/// Where an adapter's HTTP requests go. Shared by all of them, so that the transport can tell by
/// the pointer that nothing changed since the last one.
struct http_target {
  std::string url;
  /// `Name: value` each, checked against CR and LF by whoever made them.
  std::vector<std::string> headers;
  address_rules rules = address_rules::any();
  /// At most this many bytes of a reply's body are kept; the rest is not read.
  size_t max_reply_bytes = 16 * 1024;
};

/// One POST.
struct http_request {
  std::shared_ptr<const http_target> target;
  /// Come after the target's own.
  std::vector<std::string> headers;
  std::string body;
  /// Whether it has a connection to itself, of HTTP/1.1: where what is to be found out is whether
  /// one can be made, and where nothing may be sent twice. Over one that other requests use too,
  /// libcurl by itself sends a request again that was sent whole if the connection ends without an
  /// answer.
  bool on_new_connection = false;
};

enum class mail_encryption : uint8_t { starttls, tls, none };

std::string_view to_string(mail_encryption x);

/// Where an adapter's mails go.
struct smtp_server {
  std::string host;
  uint16_t port = 587;
  mail_encryption encryption = mail_encryption::starttls;
  /// Empty where the server wants no authentication.
  std::string username;
  std::string password;
  /// The envelope's sender: a bare address.
  std::string from;
  address_rules rules = address_rules::any();
  /// For resolving and connecting.
  std::chrono::milliseconds connect_timeout{10'000};
  /// For each reply of the server, the TLS handshake among them. RFC 5321 §4.5.3.2 would wait ten
  /// minutes after the final dot; the attempt counts as ambiguous long before that.
  std::chrono::milliseconds reply_timeout{60'000};
  /// For everything up to the last byte of the content. The answer to that has its full time:
  /// whoever hangs up before may cause the mail to come twice.
  std::chrono::milliseconds mail_timeout{180'000};
};

/// One mail. Where the server refuses one of its recipients none gets it.
struct smtp_request {
  std::shared_ptr<const smtp_server> server;
  /// The envelope's recipients: bare addresses, one as a rule.
  std::vector<std::string> to;
  /// Complete, 7 bit, with CRLF at the end of every line; not dot-stuffed.
  std::string message;
  /// Whether no connection from before is used, but this one afterwards.
  bool on_new_connection = false;
};

using wire_request = std::variant<http_request, smtp_request>;

/// Why there is no proper reply.
enum class wire_fault : uint8_t {
  none = 0,
  /// Never begun, as the transport was stopping. Nothing was sent and nothing is to be recorded.
  not_tried,
  /// The host name has no address.
  unresolved,
  /// The host's address is not one the rules allow.
  address_refused,
  unreachable,
  /// The TLS handshake failed: the certificate, most often.
  tls_failed,
  timed_out,
  connection_lost,
  /// SMTP: encryption is asked for and the server does not offer it.
  encryption_missing,
  /// SMTP: credentials are set and the server does not take any.
  auth_missing,
  /// SMTP: the server refused the credentials.
  auth_refused,
  /// Cut short as the transport was stopping.
  stopped,
  /// SMTP: the system has no thread left to send it on.
  no_thread,
  other,
};

std::string_view to_string(wire_fault x);

/// What an SMTP session waits for: `mail` means the reply to MAIL, `content` that to the final dot.
enum class smtp_step : uint8_t { greeting, ehlo, starttls, auth, mail, rcpt, data, content, done };

/// What came back over the wire, not judged yet.
struct wire_reply {
  wire_fault fault = wire_fault::none;
  /// `accepted` with a fault is an HTTP refusal that broke off after its head.
  attempt_stage stage = attempt_stage::resolve;
  /// The HTTP status, or the code of the last SMTP reply; 0 where there was none. With a fault
  /// before the stage `accepted` it says only how far the exchange came.
  int code = 0;
  /// SMTP: the step that the session did not get beyond.
  smtp_step step = smtp_step::greeting;
  /// Whether the request was handed to the network to its last byte.
  bool sent = false;
  /// The header `Retry-After` as it came; empty where there was none.
  std::string retry_after;
  /// The body of an HTTP reply, as far as the target wants it; the last reply of an SMTP server.
  std::string body;
  /// The transport's own words for the fault.
  std::string error;
  /// When the reply was complete.
  timestamp received_at{};
  std::chrono::microseconds duration{};
};

} // namespace tocsin::channels
