#pragma once

#include "messages/admission.hpp"
#include "messages/failure.hpp"
#include "messages/repeated_fault.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace caf {

class actor;
class actor_system;

} // namespace caf

namespace tocsin::http {

struct backend;

/// How the HTTP server listens, and where its limits are.
struct server_options {
  /// An IPv4 or IPv6 address to listen on.
  std::string address = "127.0.0.1";
  /// 0 lets the kernel pick a free port.
  uint16_t port = 8420;
  /// I/O threads. One serves about 40,000 requests per second, so more seldom pay.
  size_t threads = 1;
  /// PEM files; both empty: no TLS. See `tls_identity`.
  std::filesystem::path tls_certificate;
  std::filesystem::path tls_key;
  /// Connections beyond these are answered with 503 and closed; so are those beyond
  /// `max_connections_per_address` from one address.
  size_t max_connections = 1024;
  size_t max_connections_per_address = 512;
  size_t max_body_bytes = 1024 * 1024;
  /// Request line and header fields together.
  size_t max_header_bytes = 16 * 1024;
  /// What a TLS handshake may take.
  std::chrono::milliseconds handshake_timeout{10'000};
  /// From the first byte of a request to the end of its header.
  std::chrono::milliseconds header_timeout{10'000};
  /// From the end of the header to the end of the body, and for writing a response.
  std::chrono::milliseconds transfer_timeout{30'000};
  /// How long a connection may stay open between two requests.
  std::chrono::milliseconds idle_timeout{60'000};
  /// How long an actor may take to answer.
  std::chrono::milliseconds ask_timeout{10'000};
  /// How long a Send Test may take.
  std::chrono::milliseconds send_test_timeout{90'000};
  /// Events between the door and the commit; requests that would exceed it are answered 429.
  size_t max_waiting_events = 20'000;
  /// Requests a second of one token or session, those that send events apart; 0: any number.
  double requests_per_second = 0;
  double submissions_per_second = 0;
  /// Readers of streams at the same time; more are answered 429.
  size_t max_streams = 64;
  /// Are told that no connection can be accepted, and why, and once that is over. On an I/O thread.
  repeated_fault::report_sink report = [](const std::string&) {};
  repeated_fault::report_sink report_recovery = [](const std::string&) {};
};

/// Serves the HTTP API (`docs/api.md`) on its own I/O threads and passes the work on to the
/// actors of a `backend`.
///
/// The owner stops it before the actor system ends: in order `stop_accepting_events`, whatever
/// drains the service, and `stop`. All members may be called from any one thread at a time that
/// is not an actor's.
class server {
public:
  /// Binds, listens and starts the threads. The server answers from the moment this returns.
  /// Errors: invalid_argument (the address cannot be read, no thread, or the certificate cannot be
  /// used), unavailable (the address cannot be bound; the detail has the system's words).
  static expected<std::unique_ptr<server>> start(caf::actor_system& system, server_options options,
                                                 backend actors);

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Stops, as `stop` does.
  ~server();

  /// The port it listens on.
  uint16_t port() const;

  /// Loads the TLS certificate and key again, if the files have changed since or with `always`.
  /// Open connections go on with what they began with.
  /// Returns whether anything was loaded; never without TLS.
  /// Errors: invalid_argument; what was loaded before stays in use.
  expected<bool> reload_certificate(bool always);

  /// The actors of the I/O threads. Without one every request on its thread waits in vain, so that
  /// whoever owns the server has to watch them. Before `stop`.
  std::vector<caf::actor> bridges() const;

  /// Counts the events that wait for their commit; other doors let theirs in through it as well.
  admission& door();

  /// Refuses new events with 503 `shutting_down`, ends streams, and makes `/readyz` say 503;
  /// everything else goes on. Events that are on their way to the ledger are still answered.
  void stop_accepting_events();

  /// Closes the door and every connection, joins the threads and releases the actors. Requests
  /// that wait for an actor are cut off without an answer. Calling it again does nothing.
  void stop();

private:
  struct parts;

  explicit server(std::unique_ptr<parts> parts);

  std::unique_ptr<parts> parts_;
};

} // namespace tocsin::http
