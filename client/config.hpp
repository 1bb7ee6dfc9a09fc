#pragma once

#include "link/credentials.hpp"
#include "messages/failure.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace tocsin {

struct submit_events;

} // namespace tocsin

namespace tocsin::client {

/// Where a node's gate is.
struct node_address {
  /// A host name or a numeric address.
  std::string host;
  uint16_t port = 8421;
  /// The name that the node's certificate must have; empty: `host`.
  std::string name;
};

/// Where events wait on the panel's own disk while no node takes them. Off by default.
struct spool_config {
  /// A directory for this client alone, made with mode 0700 if it is missing; empty: no spool.
  std::filesystem::path directory;
  /// What all events in it may take on the disk together. What does not fit is `overloaded`.
  uint64_t max_bytes = 64 * 1024 * 1024;
  /// How long the connection must have been down before events go into the spool. A node that is
  /// stopping, or sends the client away for what it sends, counts as down.
  std::chrono::milliseconds after{1'000};
  /// Called with events that the spool took and a node later refused for good, for example because
  /// it does not know their type, and with those of an entry that cannot be sent, as far as it can
  /// be read. They are dropped when it returns; after a crash it may be called with them again.
  /// Needed where there is a spool. Called as `config::on_change` is.
  std::function<void(const submit_events& what, const failure& why)> on_refused;
};

/// How a panel reaches Tocsin.
struct config {
  /// The nodes, which are services of their own: an event belongs to the one that accepts it, with
  /// the recipients, ids and history that it has there. Any of them takes events. The first is
  /// dialled first at the start; each later round begins with the next one. A node that is not
  /// there costs little, as the next is dialled beside it; so do addresses of a name.
  std::vector<node_address> nodes;
  /// The panel's certificate and the authority, as `tocsin pki` makes them. Read again with every
  /// connection, so replacing the files is enough.
  link::credential_files files;
  /// How much may be under way unacknowledged, in events and in bytes. A submission that does not
  /// fit is answered `overloaded` at once, so that events take a bounded memory. Questions for
  /// stats are few and small, and always fit.
  size_t window_events = 10'000;
  size_t window_bytes = 4 * 1024 * 1024;
  /// For resolving a name, connecting to an address and the TLS handshake.
  std::chrono::milliseconds connect_timeout{5'000};
  /// How long the first address is tried alone before the second is dialled beside it, and so on.
  std::chrono::milliseconds stagger{300};
  /// The pause after a connection is lost, or all addresses have failed, doubles from the first to
  /// the second, give or take a fifth. It is short again once a node has answered for events, or
  /// has kept the connection for as long as the longest pause.
  std::chrono::milliseconds first_backoff{100};
  std::chrono::milliseconds max_backoff{10'000};
  /// A submission that no node has acknowledged after this long is answered `unavailable`, or goes
  /// into the spool where there is one.
  std::chrono::milliseconds answer_timeout{30'000};
  spool_config spool;
  /// Told when the connection comes and goes and what is wrong with the spool, in words for a log.
  /// Called on the client's thread: it must not wait for the client's end, which waits for it. What
  /// it throws is lost.
  std::function<void(const std::string& what)> on_change;
};

} // namespace tocsin::client
