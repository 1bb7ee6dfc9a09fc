#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace tocsin::app {

/// How `tocsind` ends. The numbers are those of sysexits.h, so that service managers know them, but
/// for what only people meet.
enum class exit_code : uint8_t {
  ok = 0,
  /// As for `tocsin` and `tocsin-bench`.
  output_lost = 7,
  /// EX_USAGE
  usage = 64,
  /// EX_UNAVAILABLE
  port_taken = 69,
  /// EX_SOFTWARE
  internal_error = 70,
  /// EX_IOERR
  storage_unusable = 74,
  /// EX_CONFIG
  bad_configuration = 78,
};

struct exit_code_info {
  exit_code code;
  /// For `--help` and `docs/operations.md`.
  std::string_view meaning;
};

/// Every code, in the order of the numbers.
std::span<const exit_code_info> exit_codes();

} // namespace tocsin::app
