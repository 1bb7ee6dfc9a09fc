#include "http/response.hpp"

#include "http/response_counts.hpp"

#include <algorithm>

namespace tocsin::http {

namespace {

auto find_status(unsigned code) {
  return std::find_if(all_statuses.begin(), all_statuses.end(),
                      [code](auto& x) { return x.code == code; });
}

} // namespace

std::string_view reason_phrase(unsigned status) {
  auto found = find_status(status);
  return found == all_statuses.end() ? std::string_view{} : found->reason;
}

size_t response_counts::place_of(unsigned status) {
  return static_cast<size_t>(find_status(status) - all_statuses.begin());
}

} // namespace tocsin::http
