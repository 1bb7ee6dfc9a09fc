#include "app/bench/receipts.hpp"

#include <charconv>

namespace tocsin::bench {

receipt_sum sum_receipts(std::string_view body) {
  constexpr std::string_view key = "\"deliveries\":";
  receipt_sum result;
  for (auto at = body.find(key); at != std::string_view::npos; at = body.find(key, at)) {
    at += key.size();
    at = body.find_first_not_of(' ', at);
    uint64_t deliveries = 0;
    if (at == std::string_view::npos)
      break;
    std::from_chars(body.data() + at, body.data() + body.size(), deliveries);
    ++result.receipts;
    result.deliveries += deliveries;
  }
  return result;
}

} // namespace tocsin::bench
