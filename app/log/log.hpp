#pragma once

#include "app/config/config.hpp"

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace tocsin::app {

/// One key and its value in a log line.
struct log_field {
  std::string_view key;
  std::variant<bool, int64_t, double, std::string> value;

  log_field(std::string_view k, bool v) : key(k), value(v) {}
  log_field(std::string_view k, double v) : key(k), value(v) {}
  template <std::integral T>
  log_field(std::string_view k, T v) : key(k), value(static_cast<int64_t>(v)) {}
  log_field(std::string_view k, std::string_view v) : key(k), value(std::string{v}) {}
  log_field(std::string_view k, const char* v) : key(k), value(std::string{v}) {}
};

/// Makes spdlog's default logger write to standard error: one line per message, either
/// `2026-03-29T14:30:00.123Z info tocsind: channel restarted channel=01J…` or a JSON object with
/// `time`, `level`, `logger`, `msg` and the fields. Times are UTC; texts are as `clean_line` makes
/// them. Messages logged by `spdlog::info` and its like come out in the same form. Call it once,
/// before other threads start.
void start_logging(const log_config& settings);

/// Logs `message` with `fields`. Any thread; waits for standard error.
void log_event(log_level level, std::string_view message,
               std::initializer_list<log_field> fields = {});

} // namespace tocsin::app
