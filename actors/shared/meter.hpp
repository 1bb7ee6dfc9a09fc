#pragma once

#include "actors/shared/latency_histogram.hpp"
#include "messages/channel.hpp"
#include "messages/ids.hpp"
#include "messages/protocol/metrics.hpp"
#include "messages/protocol/stats.hpp"
#include "messages/steady_time.hpp"
#include "policy/circuit_breaker.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tocsin {

/// What all actors of one runtime name did; shared by them and the stats actor. Thread-safe.
struct actor_meter {
  std::atomic<uint32_t> instances{0};
  std::atomic<int64_t> mailbox_depth{0};
  std::atomic<uint64_t> messages_handled{0};
  std::atomic<uint64_t> restarts{0};
  std::atomic<uint64_t> busy_ns{0};
};

/// What one channel did, over the restarts of its actor. Thread-safe.
struct channel_meter {
  std::atomic<uint64_t> sent{0};
  std::atomic<uint64_t> failed{0};
  std::atomic<uint64_t> retried{0};
  std::atomic<uint64_t> in_flight{0};
  std::atomic<uint64_t> restarts{0};
  std::atomic<bool> parked{false};
  std::atomic<policy::breaker_state> breaker{policy::breaker_state::closed};
  /// Set by whoever counts.
  std::atomic<channel_type> type{channel_type::webhook};
  latency_histogram latency;
};

/// What the channels of one type did.
struct channel_totals {
  attempt_counts attempts;
  latency_sum latency;
  uint64_t in_flight = 0;

  void add(const channel_meter& x);
};

/// Holds all meters. Thread-safe; an actor's meter lives as long as the board, a channel's
/// until the channel is removed.
class meter_board {
public:
  std::shared_ptr<actor_meter> actor(std::string_view name);
  std::shared_ptr<channel_meter> channel(channel_id id);

  /// Drops the meter of a removed channel. What it counted, and what its last actor still counts,
  /// stays in the totals.
  void forget(channel_id id);

  /// What the channels of each type did, removed ones too. Attempts and latencies never decrease.
  std::map<channel_type, channel_totals> totals();

  /// Replaces what is known of the CAF door's certificates.
  void show_certificates(std::vector<certificate_stats> x);

  std::vector<certificate_stats> certificates() const;

  std::vector<actor_stats> actors() const;

  /// The meters of all channels that have one, in the order of their ids.
  std::vector<std::pair<channel_id, std::shared_ptr<channel_meter>>> channels() const;

private:
  void add_up_forgotten();

  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<actor_meter>, std::less<>> actors_;
  std::map<channel_id, std::shared_ptr<channel_meter>> channels_;
  /// Those of removed channels whose actor may still be ending what it sends.
  std::vector<std::shared_ptr<channel_meter>> forgotten_;
  /// What those counted that nobody has any more.
  std::map<channel_type, channel_totals> past_;
  std::vector<certificate_stats> certificates_;
};

/// One actor's share in the meter of its name; a member of its state.
class actor_gauge {
public:
  actor_gauge() = default;
  actor_gauge(meter_board& board, std::string_view name);
  actor_gauge(actor_gauge&&) = default;
  actor_gauge& operator=(actor_gauge&&) = default;
  ~actor_gauge();

  /// Notes that a message is being handled, and on destruction that it was.
  class handling {
  public:
    handling(actor_gauge& owner, size_t mailbox_depth);
    handling(const handling&) = delete;
    ~handling();

  private:
    actor_meter& meter_;
    steady_time begin_;
  };

private:
  std::shared_ptr<actor_meter> meter_;
  int64_t last_depth_ = 0;
};

} // namespace tocsin
