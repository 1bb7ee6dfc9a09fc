#pragma once

#include "tests/support/standin/wire.hpp"

#include <string>

/// Requests as a correct client sends them, for the tables of the rule tests.
namespace tocsin::standin {

/// `text`, `count` times.
inline std::string times(std::size_t count, std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i)
    result += text;
  return result;
}

inline request json_post(std::string path, std::string body) {
  return {"POST", std::move(path), {}, {{"Content-Type", "application/json"}}, std::move(body)};
}

inline request slack_post(std::string body) {
  return json_post("/slack/services/T00000001/B00000001/XXXXXXXXXXXXXXXXXXXXXXXX", std::move(body));
}

inline request discord_post(std::string body) {
  auto result
    = json_post("/discord/api/v10/webhooks/123456789012345678/" + times(68, "t"), std::move(body));
  result.query = "wait=true";
  result.headers.push_back({"User-Agent", "DiscordBot (https://example.org, 1.0)"});
  return result;
}

inline request telegram_post(std::string body) {
  return json_post("/telegram/bot123456789:" + times(35, "A") + "/sendMessage", std::move(body));
}

/// Three bytes, one code point, one UTF-16 unit.
inline constexpr std::string_view euro = "\xE2\x82\xAC";
/// Four bytes, one code point, two UTF-16 units.
inline constexpr std::string_view rocket = "\xF0\x9F\x9A\x80";

} // namespace tocsin::standin
