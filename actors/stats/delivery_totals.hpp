#pragma once

#include "messages/delivery_counts.hpp"

#include <mutex>
#include <optional>
#include <vector>

namespace tocsin {

/// What happened to deliveries since the service started, derived from the counts that are stored
/// hour by hour and outlive it. Adds no cost to sending deliveries. Thread-safe.
class delivery_totals {
public:
  /// Takes all counts that are stored at this moment, in their order. What has come to them since
  /// the last call is added; what the first call brings was there before. An hour that was removed
  /// takes nothing away.
  delivery_counts add(std::vector<counted_span> stored);

private:
  std::mutex mutex_;
  std::optional<std::vector<counted_span>> seen_;
  delivery_counts total_;
};

} // namespace tocsin
