#include "http/http_date.hpp"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string>

namespace tocsin::http {

namespace {

constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::string to_text(std::chrono::sys_seconds x) {
  auto day = std::chrono::floor<std::chrono::days>(x);
  std::chrono::year_month_day date{day};
  std::chrono::hh_mm_ss time{x - day};
  return fmt::format(
    "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days.at(std::chrono::weekday{day}.c_encoding()),
    static_cast<unsigned>(date.day()), months.at(static_cast<unsigned>(date.month()) - 1),
    static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
    time.seconds().count());
}

} // namespace

std::string_view http_date() {
  thread_local std::chrono::sys_seconds made_at{};
  thread_local std::string text;
  auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (now != made_at || text.empty()) {
    made_at = now;
    text = to_text(now);
  }
  return text;
}

} // namespace tocsin::http
