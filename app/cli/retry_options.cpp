#include "app/cli/retry_options.hpp"

#include <fmt/format.h>

namespace tocsin::cli {

void add_retry_options(CLI::App& command, retry_options& target) {
  auto add = [&command](const char* flag, std::optional<int64_t>& seconds, const char* help) {
    command.add_option(flag, seconds, fmt::format("{}; 0 for the service's", help))
      ->check(CLI::NonNegativeNumber);
  };
  add("--first-retry", target.first_retry_seconds, "Pause before the first retry, in seconds");
  add("--max-retry", target.max_retry_seconds, "Longest pause between retries, in seconds");
  add("--give-up", target.give_up_seconds, "Age at which a delivery is given up, in seconds");
  command
    .add_option("--on-ambiguous", target.on_ambiguous,
                "What follows an attempt that may have arrived: retry (default) or dead_letter")
    ->check(CLI::IsMember({"retry", "dead_letter"}));
}

boost::json::object retry_patch(const retry_options& x) {
  boost::json::object result;
  auto put = [&result](const char* member, const std::optional<int64_t>& seconds) {
    if (seconds && *seconds == 0)
      result[member] = nullptr;
    else if (seconds)
      result[member] = *seconds;
  };
  put("first_retry_seconds", x.first_retry_seconds);
  put("max_retry_seconds", x.max_retry_seconds);
  put("give_up_seconds", x.give_up_seconds);
  if (!x.on_ambiguous.empty())
    result["on_ambiguous"] = x.on_ambiguous;
  return result;
}

} // namespace tocsin::cli
