#pragma once

#include "messages/channel.hpp"
#include "messages/delivery_counts.hpp"
#include "messages/ids.hpp"
#include "messages/protocol/stats.hpp"

#include <caf/allowed_unsafe_message_type.hpp>
#include <caf/typed_actor.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin {

/// How a channel is, in one word.
enum class channel_condition : uint8_t {
  /// It sends.
  active = 1,
  /// Its endpoint failed so often that it is left alone for a while, or tried with care.
  failing,
  /// The supervisor gave up on it.
  parked,
  /// Its owner disabled it.
  disabled,
  /// The service disabled it, as its endpoint is gone.
  disabled_by_service,
};

inline constexpr channel_condition all_channel_conditions[]
  = {channel_condition::active, channel_condition::failing, channel_condition::parked,
     channel_condition::disabled, channel_condition::disabled_by_service};

/// How many latencies are at most as long as a bound.
struct latency_bound {
  double seconds = 0;
  uint64_t count = 0;
};

/// Latencies since the service started. Bounds and counts rise.
struct latency_metrics {
  std::vector<latency_bound> bounds;
  uint64_t count = 0;
  double sum_seconds = 0;
};

/// What attempts came to since the service started.
struct attempt_counts {
  uint64_t delivered = 0;
  /// The delivery waits for another attempt.
  uint64_t retried = 0;
  /// The delivery became a dead letter.
  uint64_t failed = 0;
};

/// All channels of one type.
struct channel_type_metrics {
  channel_type type = channel_type::webhook;
  /// How many there are, in the order of `all_channel_conditions`.
  std::vector<uint64_t> by_condition;
  /// Those of channels that were removed meanwhile are among them.
  attempt_counts attempts;
  latency_metrics latency;
  /// Requests under way at the providers.
  uint64_t in_flight = 0;
};

/// One channel.
struct channel_metrics {
  channel_id id;
  recipient_id owner;
  std::string name;
  channel_type type = channel_type::webhook;
  channel_condition condition = channel_condition::active;
  attempt_counts attempts;
  /// Deliveries stored and not yet ended.
  uint64_t pending = 0;
};

/// What the process takes from the system.
struct process_metrics {
  double cpu_seconds = 0;
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t threads = 0;
  uint64_t open_files = 0;
  uint64_t max_files = 0;
  /// Unix time.
  double start_seconds = 0;
};

/// How the node is doing, in numbers to be kept and compared. What is counted never falls while the
/// process lives.
struct node_metrics {
  std::string version;
  std::vector<actor_stats> actors;
  std::vector<channel_type_metrics> types;
  /// Empty unless they were asked for.
  std::vector<channel_metrics> channels;
  /// Empty where the CAF door is closed.
  std::vector<certificate_stats> certificates;
  storage_stats storage;
  uint64_t reserve_bytes = 0;
  uint64_t commits = 0;
  /// What happened to deliveries since the service started.
  delivery_counts deliveries;
  /// Deliveries stored and not yet ended.
  uint64_t pending = 0;
  bool is_paused = false;
  process_metrics process;
};

struct collect_metrics {
  bool each_channel = false;
};

/// Counts all the others.
using metrics_actor = caf::typed_actor<caf::replies_to<collect_metrics>::with<node_metrics>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::node_metrics)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::collect_metrics)
