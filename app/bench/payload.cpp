#include "app/bench/payload.hpp"

#include "messages/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace tocsin::bench {

namespace {

/// Words of random letters, as texts of logs and messages roughly are.
std::string filling(size_t bytes, uint64_t seed) {
  std::mt19937_64 random{seed};
  std::string result;
  while (result.size() < bytes) {
    result.append(2 + random() % 8, '.');
    result += ' ';
  }
  result.resize(bytes);
  for (auto& c : result)
    if (c == '.')
      c = static_cast<char>('a' + random() % 26);
  return result;
}

std::string details_text(std::string_view note) {
  return fmt::format(R"({{"image":"bench:latest","duration_seconds":45,"note":"{}"}})", note);
}

} // namespace

run_mark run_mark::random() {
  return {fmt::format("{:08x}", std::random_device{}())};
}

event sample_event(const run_mark& mark, const payload_options& payload) {
  event result;
  result.type = "service.started";
  result.service = mark.service();
  if (payload.customers > 0)
    result.customer = customer_name(0);
  result.timestamp = to_rfc3339(system_wall_clock()());
  result.message = mark.prefix() + std::string(number_digits, '0') + " was started";
  result.details = details_text("");
  auto least = event_text(result).size();
  auto missing = std::max(payload.event_bytes, least) - least;
  result.details = details_text(filling(missing, payload.seed));
  return result;
}

std::string customer_name(uint64_t number) {
  static_assert(number_digits == 10);
  return fmt::format("bench-{:010}", number);
}

std::string event_text(const event& x) {
  auto customer = x.customer.empty() ? "" : fmt::format(R"("customer":"{}",)", x.customer);
  return fmt::format(R"({{"event":"{}","service":"{}",{}"timestamp":"{}","message":"{}",)"
                     R"("details":{}}})",
                     x.type, x.service, customer, x.timestamp, x.message, x.details);
}

void write_number(char* digits, uint64_t number) {
  for (auto i = number_digits; i-- > 0; number /= 10)
    digits[i] = static_cast<char>('0' + number % 10);
}

std::optional<uint64_t> find_number(std::string_view body, std::string_view prefix) {
  auto at = body.find(prefix);
  if (at == std::string_view::npos || body.size() < at + prefix.size() + number_digits)
    return std::nullopt;
  const auto* begin = body.data() + at + prefix.size();
  uint64_t result = 0;
  auto [end, error] = std::from_chars(begin, begin + number_digits, result);
  return error == std::errc{} && end == begin + number_digits ? std::optional{result}
                                                              : std::nullopt;
}

} // namespace tocsin::bench
