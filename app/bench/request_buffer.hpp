#pragma once

#include "app/bench/payload.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::bench {

/// Who takes the events, and so how a request looks.
enum class event_taker {
  /// `POST /api/v1/events`, of one event or an array, answered with 202 and receipts.
  tocsin,
  /// `POST /api/v2/alerts` of Prometheus Alertmanager, of an array, answered with 200. Each event
  /// is an alert: what tells it from others is in its labels, the details are an annotation.
  alertmanager,
};

/// A request with a fixed number of events, made once; only numbers change between sendings.
class request_buffer {
public:
  /// `authority` is the server's `host:port`, `base_path` what stands before `/api`; without a
  /// token none is sent.
  request_buffer(const run_mark& mark, const payload_options& payload, std::string_view authority,
                 std::string_view base_path, std::string_view token, size_t events,
                 event_taker taker = event_taker::tocsin);

  size_t events() const { return slots_.size(); }

  /// The request with its events numbered from `first`; valid until the next call.
  std::string_view stamp(uint64_t first);

private:
  std::string text_;
  /// Where the digits of each event's number stand.
  std::vector<size_t> slots_;
  /// Where those of each event's customer stand; empty if the events name none.
  std::vector<size_t> customer_slots_;
  uint64_t customers_;
};

} // namespace tocsin::bench
