#pragma once

#include "app/bench/crash_watch.hpp"
#include "app/bench/event_book.hpp"
#include "app/bench/payload.hpp"
#include "app/bench/schedule.hpp"
#include "app/bench/sender.hpp"
#include "app/bench/sink.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace tocsin::bench {

struct load_options {
  /// Makes what sends the events.
  sender_factory senders;
  /// `http` or `caf`, and how many connections with how many requests in flight each.
  std::string via = "http";
  unsigned connections = 64;
  unsigned window = 1;
  schedule_options offer;
  payload_options payload;
  /// How many channels take each event, and how many besides have an endpoint where nobody listens.
  unsigned channels = 1;
  unsigned dead_channels = 0;
  /// Whether the channels stay afterwards, with what they owe.
  bool leaves_channels = false;
  /// How they get there.
  sink_kind arrives_by = sink_kind::webhooks;
  /// Whether the endpoint is out of order until all events were offered and answered, or until the
  /// service is started again after its crash.
  bool has_outage = false;
  std::optional<crash_plan> crash = {};
  /// Where the sink listens; 0: on a free port.
  uint16_t sink_port = 0;
  /// How long to wait for accepted events after the last arrival.
  std::chrono::milliseconds drain_limit{30'000};
};

/// How a backlog went out once the endpoint was back in order.
struct drain_figures {
  /// From there to the first arrival: how long the service takes to notice.
  run_time noticed_within{};
  /// From the first arrival to the last.
  run_time drained_within{};
};

struct load_result {
  event_counts counts;
  event_latencies latencies;
  /// From the first offer to the last receipt and to the last arrival.
  run_time accepted_within{};
  run_time delivered_within{};
  /// Where there was an outage.
  std::optional<drain_figures> drain;
  /// Where the service was killed.
  std::optional<crash_figures> crash;
  /// Connections that were made to the sink.
  uint64_t sink_connections = 0;
  /// By HTTP status, or by the code of the failure.
  std::map<std::string, uint64_t> refused_by_reason;
  /// The sum of `deliveries` over all receipts: more than the events if other channels take them.
  uint64_t deliveries_promised = 0;
  /// Processor time of the senders and the sink together.
  std::chrono::nanoseconds own_cpu{};
  /// Why offering ended before its time; empty if it did not.
  std::string stopped_because;
  /// Whether that was a signal.
  bool is_interrupted = false;
};

/// Offers events and receives the webhooks they cause, both on the thread that calls `run`, so that
/// it takes as little as possible from the server's cores. Used once.
class load_run {
public:
  /// Throws `boost::system::system_error` where the sink's port is taken.
  load_run(const run_mark& mark, const load_options& options);
  ~load_run();

  /// Where the server has to deliver to, and the port of that.
  std::string sink_url() const;
  uint16_t sink_port() const;

  /// Offers all events and returns when the accepted ones have arrived, or did not for
  /// `drain_limit`. SIGINT and SIGTERM end the offering early, a second one the waiting too.
  load_result run();

private:
  class engine;
  std::unique_ptr<engine> engine_;
};

} // namespace tocsin::bench
