#pragma once

#include "app/bench/payload.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::bench {

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
