#pragma once

#include "messages/timestamp.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::cli {

enum class grade : uint8_t { ok, warn, fail };

/// `ok`, `warn` or `fail`.
std::string_view to_string(grade x);

/// What one check found.
struct finding {
  grade result = grade::ok;
  /// What was looked at, for example `clock`.
  std::string check;
  /// What was found.
  std::string detail;
  /// What to do about it; empty where nothing is to be done.
  std::string advice = {};
};

using findings = std::vector<finding>;

/// How far the service's clock is ahead of this machine's: up to 5 s is the way of a request and
/// the whole seconds of a `Date`; a minute and more makes signatures and sessions fail.
finding judge_clock(std::chrono::seconds ahead);

/// Whether a certificate is still good: one that has less than 7 days left fails, as the service
/// warns of its own certificates at that age; less than 30 is a warning.
finding judge_certificate(const std::string& check, timestamp expires_at, timestamp now,
                          const std::string& advice);

} // namespace tocsin::cli
