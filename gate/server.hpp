#pragma once

#include "gate/peer_list.hpp"
#include "link/credentials.hpp"
#include "messages/admission.hpp"
#include "messages/failure.hpp"
#include "messages/protocol/stats.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace caf {

class actor;
class actor_system;

} // namespace caf

namespace tocsin::gate {

struct backend;

/// How the gate listens, whom it lets in, and where its limits are.
struct server_options {
  /// An IPv4 or IPv6 address to listen on.
  std::string address = "127.0.0.1";
  /// 0 lets the kernel pick a free port.
  uint16_t port = 8421;
  link::credential_files files;
  peer_list peers;
  /// Connections beyond these are closed as soon as they are accepted, those that have not shown a
  /// certificate yet included.
  size_t max_connections = 1024;
  size_t max_connections_per_address = 64;
  /// From accepting a connection to the end of its TLS handshake.
  std::chrono::milliseconds handshake_timeout{5'000};
  /// How often the files are looked at for changes.
  std::chrono::milliseconds reload_interval{2'000};
  /// The program's own, which peers are told.
  std::string version;
  /// Told which certificates are in use, at the start and within `reload_interval` of a change: the
  /// node's own, the authority's, and those of connected peers. Called by `start` and on the gate's
  /// thread; may be empty.
  std::function<void(std::vector<certificate_stats>)> on_certificates;
};

/// Something the operator wants to know.
struct notice {
  bool is_warning = false;
  std::string what;
  /// The peer's name, or its address where it has none; empty where it is about no peer.
  std::string peer;
};

/// Where notices go. Called on the gate's thread.
using notice_sink = std::function<void(const notice&)>;

/// The door for panels that speak the typed protocol: TLS 1.3 with certificates at both ends,
/// frames of limited size, and behind it the actors of a `backend`. One I/O thread of its own.
///
/// The owner stops it before the actor system ends. All members may be called from any one thread
/// at a time that is not an actor's.
class server {
public:
  /// Reads the certificates, binds, listens and starts the thread. `door` counts the events that
  /// wait, together with those of other doors, and must outlive the server.
  /// Errors: bad_key (certificates), invalid_argument (the address cannot be read), unavailable
  /// (it cannot be bound).
  static expected<std::unique_ptr<server>> start(caf::actor_system& system, server_options options,
                                                 admission& door, backend actors,
                                                 notice_sink report);

  server(const server&) = delete;
  server& operator=(const server&) = delete;

  /// Stops, as `stop` does.
  ~server();

  uint16_t port() const;

  /// The actor behind the I/O thread, for the owner to watch: without it every peer waits in vain.
  caf::actor desk() const;

  /// Closes the door and, once the peers have the answers that there are, or after a second, every
  /// connection; joins the thread and releases the actors. Calling it again does nothing.
  void stop();

private:
  struct parts;

  explicit server(std::unique_ptr<parts> parts);

  std::unique_ptr<parts> parts_;
};

} // namespace tocsin::gate
