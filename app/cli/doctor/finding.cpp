#include "app/cli/doctor/finding.hpp"

#include <fmt/format.h>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto usual_skew = 5s;
constexpr auto harmful_skew = 60s;
constexpr int64_t few_days = 7;
constexpr int64_t some_days = 30;

} // namespace

std::string_view to_string(grade x) {
  switch (x) {
  case grade::ok: return "ok";
  case grade::warn: return "warn";
  case grade::fail: break;
  }
  return "fail";
}

finding judge_clock(std::chrono::seconds ahead) {
  auto off = std::chrono::abs(ahead);
  if (off <= usual_skew)
    return {grade::ok, "clock", "agrees with the clock of this machine"};
  return {off < harmful_skew ? grade::warn : grade::fail, "clock",
          fmt::format("the service's clock is {} s {} that of this machine", off.count(),
                      ahead > 0s ? "ahead of" : "behind"),
          "set both clocks by NTP (timedatectl)"};
}

finding judge_certificate(const std::string& check, timestamp expires_at, timestamp now,
                          const std::string& advice) {
  if (expires_at <= now)
    return {grade::fail, check, "expired on " + to_rfc3339(expires_at), advice};
  auto days = std::chrono::floor<std::chrono::days>(expires_at - now).count();
  auto detail = fmt::format("{} days left, until {}", days, to_rfc3339(expires_at));
  auto result = days < few_days ? grade::fail : days < some_days ? grade::warn : grade::ok;
  return {result, check, detail, result == grade::ok ? std::string{} : advice};
}

} // namespace tocsin::cli
