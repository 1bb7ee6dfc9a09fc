#include "channels/retry_after.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

namespace tocsin::channels {

std::optional<std::chrono::seconds> clamp_pause(double seconds) {
  if (std::isnan(seconds))
    return std::nullopt;
  auto limit = static_cast<double>(max_pause.count());
  return std::chrono::seconds{static_cast<int64_t>(std::ceil(std::clamp(seconds, 1.0, limit)))};
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, timestamp now) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  if (text.empty())
    return std::nullopt;
  if (std::all_of(text.begin(), text.end(),
                  [](char c) { return (c >= '0' && c <= '9') || c == '.'; })) {
    double seconds = 0;
    auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (ec == std::errc::result_out_of_range)
      return max_pause;
    if (ec == std::errc{} && end == text.data() + text.size())
      return clamp_pause(seconds);
    return std::nullopt;
  }
  // A date begins with the name of a day; libcurl's parser takes much else besides.
  if (text.front() < 'A' || text.front() > 'Z')
    return std::nullopt;
  auto at = curl_getdate(std::string{text}.c_str(), nullptr);
  if (at < 0)
    return std::nullopt;
  return clamp_pause(static_cast<double>(at) - static_cast<double>(to_unix_ms(now)) / 1000);
}

} // namespace tocsin::channels
