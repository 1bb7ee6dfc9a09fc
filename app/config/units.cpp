#include "app/config/units.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace tocsin::app {

namespace {

struct unit {
  std::string_view name;
  uint64_t factor;
};

// From the largest to the smallest.
constexpr std::array<unit, 5> duration_units{{
  {"d", 86'400'000},
  {"h", 3'600'000},
  {"m", 60'000},
  {"s", 1'000},
  {"ms", 1},
}};

constexpr std::array<unit, 5> byte_units{{
  {"TiB", 1ULL << 40},
  {"GiB", 1ULL << 30},
  {"MiB", 1ULL << 20},
  {"KiB", 1ULL << 10},
  {"B", 1},
}};

std::optional<uint64_t> parse(std::string_view text, std::span<const unit> units) {
  uint64_t number = 0;
  auto [rest, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc{})
    return std::nullopt;
  auto name = text.substr(static_cast<size_t>(rest - text.data()));
  for (const auto& x : units) {
    if (x.name != name)
      continue;
    auto most = static_cast<uint64_t>(std::numeric_limits<int64_t>::max()) / x.factor;
    if (number > most)
      return std::nullopt;
    return number * x.factor;
  }
  return std::nullopt;
}

std::string format(uint64_t number, std::span<const unit> units) {
  for (const auto& x : units)
    if (number >= x.factor && number % x.factor == 0)
      return fmt::format("{}{}", number / x.factor, x.name);
  return fmt::format("0{}", units.back().name);
}

} // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  auto result = parse(text, duration_units);
  if (!result)
    return std::nullopt;
  return std::chrono::milliseconds{static_cast<int64_t>(*result)};
}

std::string format_duration(std::chrono::milliseconds x) {
  return format(static_cast<uint64_t>(x.count()), duration_units);
}

std::optional<uint64_t> parse_byte_count(std::string_view text) {
  return parse(text, byte_units);
}

std::string format_byte_count(uint64_t x) {
  return format(x, byte_units);
}

} // namespace tocsin::app
