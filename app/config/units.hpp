#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tocsin::app {

/// Reads a whole number with a unit: `500ms`, `5s`, `10m`, `6h`, `30d`.
/// Returns nothing without a number, without a known unit, or if it does not fit.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Writes `x` in the largest unit that needs no fraction.
std::string format_duration(std::chrono::milliseconds x);

/// Reads a whole number of bytes with a unit: `512B`, `64KiB`, `1MiB`, `2GiB`, `1TiB`.
/// Returns nothing without a number, without a known unit, or if it does not fit.
std::optional<uint64_t> parse_byte_count(std::string_view text);

/// Writes `x` in the largest unit that needs no fraction.
std::string format_byte_count(uint64_t x);

} // namespace tocsin::app
