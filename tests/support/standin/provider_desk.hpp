#pragma once

#include "tests/support/standin/rate_limits.hpp"
#include "tests/support/standin/record_book.hpp"
#include "tests/support/standin/script_book.hpp"
#include "tests/support/standin/webhook_rules.hpp"

#include <map>

namespace tocsin::standin {

/// What the HTTP listener is to do with one request.
struct http_outcome {
  script_action action = script_action::answer;
  reply answer;
  /// If larger than the answer's body, the body is filled up to this many bytes.
  std::uint64_t body_bytes = 0;
  std::chrono::milliseconds delay{0};
};

/// Receives every request to the providers: finds whose it is, follows the scripts, applies the
/// rate limits and the provider's rules, and records it. Does no I/O; safe to use from any thread.
class provider_desk {
public:
  provider_desk(record_book& records, script_book& scripts)
    : records_(records), scripts_(scripts) {}

  /// Judges, records and answers one request.
  http_outcome receive(request req);

  /// Switches a provider's rate limits on or off; all start off. Switching fills the buckets.
  void limit(provider whose, bool on);

  /// What the webhook receiver expects of requests to `name` from now on.
  void set_webhook_secrets(const std::string& name, std::vector<std::string> secrets);

  /// Whether webhook bodies must be JSON objects; they must at first.
  void expect_json_object(bool on);

  /// Fills all rate limit buckets.
  void clear();

private:
  verdict judge(provider whose, const std::string& name, const request& req);
  verdict apply_rules(provider whose, const std::string& name, const request& req);
  limit_answer check_rate(provider whose, const std::string& name, const request& req);
  http_outcome follow(const scripted_reply& script, provider whose, const std::string& name,
                      request req);
  http_outcome conclude(verdict decision, provider whose, const std::string& name, request req);
  void write_down(ruling how, provider whose, const std::string& name, request req,
                  const reply& answer, std::string reason, bool scripted);

  record_book& records_;
  script_book& scripts_;
  std::mutex mutex_;
  rate_limits limits_;
  std::array<bool, provider_count> limited_{};
  std::map<std::string, std::vector<std::string>, std::less<>> secrets_;
  bool json_object_ = true;
  std::uint64_t serial_ = 0;
};

} // namespace tocsin::standin
