#pragma once

#include <cstdint>
#include <string_view>

namespace tocsin::bench {

struct receipt_sum {
  uint64_t receipts = 0;
  uint64_t deliveries = 0;
};

/// Counts the receipts in the body of a 202 and adds up their `deliveries`, without parsing JSON.
receipt_sum sum_receipts(std::string_view body);

} // namespace tocsin::bench
