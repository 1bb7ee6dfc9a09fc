#include "tests/support/standin/rate_limits.hpp"

#include "tests/support/standin/telegram_rules.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <cmath>

namespace tocsin::standin {

namespace json = boost::json;

namespace {

std::int64_t whole_seconds(double seconds) {
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(seconds)));
}

std::vector<field> discord_headers(const token_bucket& bucket) {
  auto reset_after = bucket.until_full().count();
  auto reset_at = std::chrono::system_clock::now().time_since_epoch()
                  + std::chrono::duration_cast<std::chrono::system_clock::duration>(
                    token_bucket::seconds{reset_after});
  return {{"X-RateLimit-Limit", fmt::format("{:.0f}", bucket.capacity())},
          {"X-RateLimit-Remaining", fmt::format("{:.0f}", std::floor(bucket.tokens()))},
          {"X-RateLimit-Reset", fmt::format("{:.3f}", token_bucket::seconds{reset_at}.count())},
          {"X-RateLimit-Reset-After", fmt::format("{:.3f}", reset_after)},
          {"X-RateLimit-Bucket", "5ab8c9d4e1f60718293a4b5c6d7e8f90"}};
}

} // namespace

reply slack_throttled(double seconds) {
  auto answer = make_reply(429, "text/html", "rate_limited");
  answer.headers.push_back({"Retry-After", std::to_string(whole_seconds(seconds))});
  return answer;
}

reply discord_throttled(double seconds, bool global) {
  json::object body{{"message", global ? "You are being blocked from accessing our API temporarily "
                                         "due to exceeding global rate limits."
                                       : "You are being rate limited."},
                    {"retry_after", seconds},
                    {"global", global}};
  auto answer = make_reply(429, "application/json", json::serialize(body));
  answer.headers.push_back({"Retry-After", std::to_string(whole_seconds(seconds))});
  answer.headers.push_back({"X-RateLimit-Scope", global ? "global" : "user"});
  if (global)
    answer.headers.push_back({"X-RateLimit-Global", "true"});
  return answer;
}

reply telegram_throttled(double seconds) {
  auto wait = whole_seconds(seconds);
  auto answer = telegram_error(429, fmt::format("Too Many Requests: retry after {}", wait),
                               {{"retry_after", wait}});
  answer.headers.push_back({"Retry-After", std::to_string(wait)});
  return answer;
}

token_bucket& rate_limits::bucket(const std::string& key, double capacity, double per_second,
                                  time_point now) {
  return buckets_.try_emplace(key, capacity, per_second, now).first->second;
}

limit_answer rate_limits::slack(const std::string& webhook, time_point now) {
  auto& own = bucket("slack " + webhook, 5, 1, now);
  if (!own.has_token(now))
    return {slack_throttled(own.until_token().count()), {}};
  own.take();
  return {};
}

limit_answer rate_limits::discord(const std::string& webhook, time_point now) {
  auto& all = bucket("discord", 50, 50, now);
  if (!all.has_token(now))
    return {discord_throttled(all.until_token().count(), true), {}};
  auto& channel = bucket("discord channel " + webhook, 30, 0.5, now);
  auto& own = bucket("discord " + webhook, 5, 2.5, now);
  bool channel_full = !channel.has_token(now);
  auto& tighter = channel_full ? channel : own;
  if (channel_full || !own.has_token(now)) {
    auto refusal = discord_throttled(tighter.until_token().count(), false);
    auto headers = discord_headers(tighter);
    refusal.headers.insert(refusal.headers.end(), headers.begin(), headers.end());
    return {std::move(refusal), {}};
  }
  for (auto* each : {&all, &channel, &own})
    each->take();
  return {std::nullopt, discord_headers(own)};
}

limit_answer rate_limits::telegram(const std::string& bot, const std::string& chat,
                                   time_point now) {
  std::vector<token_bucket*> needed{&bucket("telegram " + bot, 30, 30, now),
                                    &bucket("telegram chat " + bot + " " + chat, 3, 1, now)};
  if (chat.starts_with('-') || chat.starts_with('@'))
    needed.push_back(&bucket("telegram group " + bot + " " + chat, 20, 20.0 / 60, now));
  for (auto* each : needed) {
    if (!each->has_token(now))
      return {telegram_throttled(each->until_token().count()), {}};
  }
  for (auto* each : needed)
    each->take();
  return {};
}

} // namespace tocsin::standin
