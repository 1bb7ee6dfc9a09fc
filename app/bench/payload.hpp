#pragma once

#include "messages/event.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::bench {

/// Marks the events of one run, so that the sink knows them among others.
struct run_mark {
  /// Eight hexadecimal digits that differ from run to run.
  std::string tag;

  static run_mark random();

  /// The service that all events of the run name; the run's channel takes no others.
  std::string service() const { return "tocsin-bench-" + tag; }
  /// What stands before the number in the message of each event.
  std::string prefix() const { return "tocsin-bench " + tag + " "; }
};

struct payload_options {
  /// Bytes of one event's JSON; smaller than the smallest possible one means that.
  size_t event_bytes = 500;
  /// The seed of the filling.
  uint64_t seed = 1;
  /// The events name this many customers in turn; 0: they name none.
  uint64_t customers = 0;
};

/// Enough for every run, and of fixed width, so that nothing else in a request changes.
inline constexpr size_t number_digits = 10;

/// An event such as the panel sends; the digits of its number, at `prefix().size()` of its
/// message, are zeroes. If it names a customer, it is that with the number 0.
event sample_event(const run_mark& mark, const payload_options& payload);

/// The name of a customer of the run, whose number ends it in `number_digits` digits.
std::string customer_name(uint64_t number);

/// The event as the panel writes it; its texts need no escapes.
std::string event_text(const event& x);

/// Overwrites the `number_digits` characters at `digits`.
void write_number(char* digits, uint64_t number);

/// Finds the number of the event that a webhook's `body` carries; nothing if it is not of the run
/// whose `run_mark::prefix` is given.
std::optional<uint64_t> find_number(std::string_view body, std::string_view prefix);

} // namespace tocsin::bench
