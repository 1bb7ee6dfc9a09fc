#pragma once

#include "app/bench/event_book.hpp"
#include "app/bench/schedule.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace tocsin::bench {

/// Calculations that reports share. A rate within no time, a quotient by 0, and a share of
/// nothing are 0.

double per_second(uint64_t count, run_time within);

double quotient(double x, double y);

/// Nanoseconds as milliseconds.
double ms(uint64_t ns);

/// The nanoseconds of `x` divided over `count`, times `scale`.
double share(std::chrono::nanoseconds x, uint64_t count, double scale);

/// A JSON object with all counts.
std::string counts_json(const event_counts& x);

} // namespace tocsin::bench
