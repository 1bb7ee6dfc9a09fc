#include "app/bench/figures.hpp"

#include <fmt/format.h>

namespace tocsin::bench {

double per_second(uint64_t count, run_time within) {
  auto seconds = std::chrono::duration<double>{within}.count();
  return seconds > 0 ? static_cast<double>(count) / seconds : 0;
}

double quotient(double x, double y) {
  return y > 0 ? x / y : 0.0;
}

double ms(uint64_t ns) {
  return static_cast<double>(ns) / 1e6;
}

double share(std::chrono::nanoseconds x, uint64_t count, double scale) {
  return count > 0 ? static_cast<double>(x.count()) * scale / static_cast<double>(count) : 0;
}

std::string counts_json(const event_counts& c) {
  return fmt::format(R"({{"offered":{},"accepted":{},"refused":{},"unanswered":{},"delivered":{},)"
                     R"("missing":{},"duplicates":{},"unexpected":{},"foreign":{}}})",
                     c.offered, c.accepted, c.refused, c.unanswered, c.delivered, c.missing,
                     c.duplicates, c.unexpected, c.foreign);
}

} // namespace tocsin::bench
