#pragma once

#include "messages/delivery.hpp"
#include "messages/delivery_pause.hpp"

#include <caf/typed_actor.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// What one actor, or all actors of one kind, did since the service started.
struct actor_stats {
  /// The runtime name, for example `tocsin.delivery-ledger`.
  std::string name;
  /// How many of the name are alive.
  uint32_t instances = 0;
  /// Messages waiting when the last one was taken, summed over the instances.
  uint64_t mailbox_depth = 0;
  uint64_t messages_handled = 0;
  uint64_t restarts = 0;
  /// Microseconds spent in handlers.
  uint64_t busy_us = 0;
};

/// What one channel did since the service started.
struct channel_stats {
  /// ULID text.
  std::string channel;
  std::string name;
  std::string type;
  uint64_t sent = 0;
  uint64_t failed = 0;
  uint64_t retried = 0;
  /// Requests under way at the provider.
  uint64_t in_flight = 0;
  /// Deliveries stored and not yet ended, those in flight included.
  uint64_t pending = 0;
  uint64_t restarts = 0;
  /// Whether the supervisor gave up on it.
  bool parked = false;
  /// `closed`, `open` or `half_open`: whether the endpoint failed so often that it is left alone.
  std::string breaker = "closed";
  /// Milliseconds from the start of an attempt to its end.
  double latency_p50_ms = 0;
  double latency_p99_ms = 0;
};

/// A certificate that the CAF door uses or was shown.
struct certificate_stats {
  /// `own`, `authority`, or what the peer who holds it is: `panel` or `node`.
  std::string role;
  /// The first of its alternative names, else the common name, else the fingerprint.
  std::string name;
  /// `sha256:` and 64 lower-case hexadecimal digits.
  std::string fingerprint;
  /// RFC 3339, UTC.
  std::string expires_at;
  /// How many connections its bearer has.
  uint32_t connections = 0;

  friend bool operator==(const certificate_stats&, const certificate_stats&) = default;
};

/// How much has come to the storage since an earlier measurement.
struct growth_stats {
  /// When the earlier one was made.
  timestamp since{};
  /// How much more is in use than then; negative where it is less.
  int64_t bytes = 0;
  /// The same at the rate of a day.
  int64_t bytes_per_day = 0;
};

/// How many records of a kind are stored.
struct record_stats {
  /// The name of their database (`docs/storage-format.md`).
  std::string kind;
  uint64_t entries = 0;
};

/// The storage in numbers.
struct storage_stats {
  uint64_t file_bytes = 0;
  /// What the map holds before it must grow, and `storage.map_limit`.
  uint64_t map_bytes = 0;
  uint64_t map_limit_bytes = 0;
  /// In pages that are in use, and in those of the file that can be written again.
  uint64_t live_bytes = 0;
  uint64_t reusable_bytes = 0;
  uint64_t disk_free_bytes = 0;
  /// What can still be stored: up to the limit, or to the end of the disk.
  uint64_t room_bytes = 0;
  std::vector<record_stats> records;
  /// Since an hour and a day ago, or since the start if that was later; nothing before the second
  /// measurement.
  std::optional<growth_stats> last_hour;
  std::optional<growth_stats> last_day;
};

/// What is kept how long, and the room that is held back, as the service was started with.
struct retention_stats {
  std::chrono::milliseconds events{};
  std::chrono::milliseconds audit{};
  uint64_t reserve_bytes = 0;
};

struct node_stats {
  std::string version;
  uint64_t uptime_seconds = 0;
  std::vector<actor_stats> actors;
  std::vector<channel_stats> channels;
  /// Empty where the CAF door is closed.
  std::vector<certificate_stats> certificates;
  // Not for peers of the CAF door, whose frame of version 1 ends before this.
  storage_stats storage = {};
  retention_stats retention = {};
  /// The pause of all deliveries, while it lasts.
  std::optional<delivery_pause> pause = std::nullopt;
};

struct collect_stats {};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, actor_stats& x) {
  return f(x.name, x.instances, x.mailbox_depth, x.messages_handled, x.restarts, x.busy_us);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, channel_stats& x) {
  return f(x.channel, x.name, x.type, x.sent, x.failed, x.retried, x.in_flight, x.pending,
           x.restarts, x.parked, x.breaker, x.latency_p50_ms, x.latency_p99_ms);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, certificate_stats& x) {
  return f(x.role, x.name, x.fingerprint, x.expires_at, x.connections);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, node_stats& x) {
  return f(x.version, x.uptime_seconds, x.actors, x.channels, x.certificates);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, collect_stats&) {
  return f();
}

/// Knows how all the others are doing.
using stats_actor = caf::typed_actor<caf::replies_to<collect_stats>::with<node_stats>>;

} // namespace tocsin
