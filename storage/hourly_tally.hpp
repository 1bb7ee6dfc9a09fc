#pragma once

#include "messages/delivery_counts.hpp"

#include <algorithm>
#include <vector>

namespace tocsin::storage {

/// What one transaction counts, hour by hour, before it is added to what is stored. One transaction
/// meets one hour as a rule, so that finding it costs a comparison.
class hourly_tally {
public:
  /// The counts of the hour that `x` lies in.
  delivery_counts& at(timestamp x) {
    auto hour = std::chrono::floor<std::chrono::hours>(x);
    auto found
      = std::find_if(hours_.rbegin(), hours_.rend(), [&](auto& each) { return each.at == hour; });
    return found != hours_.rend() ? found->counts
                                  : hours_.emplace_back(counted_span{hour, {}}).counts;
  }

  /// Adds what another one counted.
  void add(const hourly_tally& x) {
    for (auto& each : x.hours_)
      at(each.at) += each.counts;
  }

  const std::vector<counted_span>& hours() const { return hours_; }

private:
  std::vector<counted_span> hours_;
};

} // namespace tocsin::storage
