#pragma once

#include "channels/wire.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::channels {

struct transport_options {
  /// A PEM file of certificate authorities to trust instead of the system's; empty for those.
  std::string ca_file;
  /// The HTTP proxy to use, as libcurl takes it; empty for none. The environment is not asked.
  /// Behind a proxy `address_rules` see the proxy's address only.
  std::string proxy;
  /// The name given in EHLO; empty for the machine's.
  std::string ehlo_name;
  /// For resolving, connecting and the TLS handshake of an HTTP exchange.
  std::chrono::milliseconds connect_timeout{5000};
  /// For the whole of an HTTP exchange, connecting included.
  std::chrono::milliseconds total_timeout{30'000};
  /// HTTP exchanges at the same time; what comes beyond waits in line. Each needs a socket.
  size_t max_http_in_flight = 512;
  /// Mails at the same time: each keeps a thread busy, as libcurl waits for SMTP replies. The
  /// threads come as they are needed.
  size_t smtp_threads = 16;
  /// Mails at the same time to one server, so that a slow one leaves threads to the others.
  size_t smtp_threads_per_server = 4;
};

/// Sends requests and brings back replies: HTTP over one libcurl multi handle on a thread of its
/// own, with connections kept open; SMTP on blocking threads. Beyond the limits the sinks, and the
/// mail servers, take turns. Thread-safe.
class transport {
public:
  struct job {
    /// Comes back in the completion.
    uint64_t cookie = 0;
    wire_request request;
  };

  struct completion {
    uint64_t cookie = 0;
    wire_reply reply;
  };

  /// Takes completions. Called on a thread of the transport, which must not be kept waiting.
  class sink {
  public:
    virtual ~sink();

    /// Everything that completed for this sink in one round, in order of completion.
    virtual void completed(std::vector<completion> batch) = 0;
  };

  explicit transport(const transport_options& options = {});

  /// Stops at once if `stop` was not called.
  ~transport();

  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;

  /// Queues `jobs`; never waits for the network. Each job has exactly one completion, and `to`
  /// lives at least until then. After `stop` they complete as `not_tried` on the caller's thread.
  void submit(const std::shared_ptr<sink>& to, std::vector<job> jobs);

  /// Completes what has not begun as `not_tried`, lets what is in flight go on for at most
  /// `grace`, then cuts it short as `stopped`. Returns when all threads have ended.
  void stop(std::chrono::milliseconds grace);

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace tocsin::channels
