#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::bench {

/// Marks the events of one run, so that the sink knows them among others.
struct run_mark {
  /// Eight hexadecimal digits that differ from run to run.
  std::string tag;

  /// The service that all events of the run name; the run's channel takes no others.
  std::string service() const { return "tocsin-bench-" + tag; }
  /// What stands before the number in the message of each event.
  std::string prefix() const { return "tocsin-bench " + tag + " "; }
};

/// Finds the number of the event that a webhook's `body` carries; nothing if it is not of the run
/// whose `run_mark::prefix` is given.
std::optional<uint64_t> find_number(std::string_view body, std::string_view prefix);

struct payload_options {
  /// Bytes of one event's JSON; smaller than the smallest possible one means that.
  size_t event_bytes = 500;
  /// Decides about the filling.
  uint64_t seed = 1;
};

/// A `POST /events` of a fixed number of events, made once; only numbers change between sendings.
class request_buffer {
public:
  /// `authority` is the server's `host:port`, `base_path` what stands before `/api/v1`.
  /// One event is sent as an object, several as an array.
  request_buffer(const run_mark& mark, const payload_options& payload, std::string_view authority,
                 std::string_view base_path, std::string_view token, size_t events);

  size_t events() const { return slots_.size(); }

  /// The request with its events numbered from `first`; valid until the next call.
  std::string_view stamp(uint64_t first);

private:
  std::string text_;
  /// Where the digits of each event's number stand.
  std::vector<size_t> slots_;
};

} // namespace tocsin::bench
