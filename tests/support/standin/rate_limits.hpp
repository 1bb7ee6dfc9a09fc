#pragma once

#include "tests/support/standin/token_bucket.hpp"
#include "tests/support/standin/wire.hpp"

#include <map>
#include <string>

/// The providers' request rates and how each of them says "too many".
namespace tocsin::standin {

/// What a limiter says to one request.
struct limit_answer {
  /// The 429 reply; nothing if the request may pass.
  std::optional<reply> refusal;
  /// Headers to put on the reply of a request that may pass.
  std::vector<field> headers;
};

/// The rates of Slack, Discord and Telegram, as far as they are known (some are observed, not
/// published). Not thread-safe: its owner locks.
class rate_limits {
public:
  using time_point = token_bucket::time_point;

  /// 1 per second and webhook, in bursts of up to 5. 429 with `Retry-After` in whole seconds.
  limit_answer slack(const std::string& webhook, time_point now);

  /// 5 per 2 s and webhook, 30 per minute and webhook (one webhook plays one channel), 50 per
  /// second in all. 429 with JSON and the `X-RateLimit-*` headers, which successes carry too.
  limit_answer discord(const std::string& webhook, time_point now);

  /// 1 per second and chat in bursts of up to 3, 20 per minute and group, 30 per second and bot.
  /// 429 with `parameters.retry_after` and `Retry-After`.
  limit_answer telegram(const std::string& bot, const std::string& chat, time_point now);

  /// Fills all buckets.
  void clear() { buckets_.clear(); }

private:
  token_bucket& bucket(const std::string& key, double capacity, double per_second, time_point now);

  std::map<std::string, token_bucket, std::less<>> buckets_;
};

/// Slack's 429. `seconds` is rounded up.
reply slack_throttled(double seconds);

/// Discord's 429; `global` is the limit on all requests from this address.
reply discord_throttled(double seconds, bool global);

/// Telegram's 429. `seconds` is rounded up.
reply telegram_throttled(double seconds);

} // namespace tocsin::standin
