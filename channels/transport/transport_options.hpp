#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace tocsin::channels {

struct transport_options {
  /// A PEM file of certificate authorities to trust instead of the system's; empty for those.
  std::string ca_file;
  /// The HTTP proxy to use, as libcurl takes it; empty for none. The environment is not asked.
  /// For targets whose rules refuse any address the name is resolved here, and the proxy is asked
  /// for a tunnel (CONNECT) to an address that they allow.
  std::string proxy;
  /// The name given in EHLO; empty for the machine's.
  std::string ehlo_name;
  /// For resolving, connecting and the TLS handshake of an HTTP exchange.
  std::chrono::milliseconds connect_timeout{5000};
  /// For the whole of an HTTP exchange, connecting included.
  std::chrono::milliseconds total_timeout{30'000};
  /// HTTP exchanges at the same time; what comes beyond waits in line. Each needs a socket.
  size_t max_http_in_flight = 512;
  /// Once no HTTP exchange was under way for this long, the connections that were kept are closed;
  /// while some are, those are that were unused for this long.
  std::chrono::seconds http_idle_limit{60};
  /// Mails at the same time: each keeps a thread busy, as libcurl waits for SMTP replies. The
  /// threads come as they are needed.
  size_t smtp_threads = 16;
  /// Mails at the same time to one server that is known to answer promptly.
  size_t smtp_threads_per_server = 4;
  /// A server that takes longer for a mail does not answer promptly.
  std::chrono::milliseconds smtp_prompt_time{5000};
  /// Connections to mail servers that nobody used for this long are closed.
  std::chrono::seconds smtp_idle_limit{15};
};

} // namespace tocsin::channels
