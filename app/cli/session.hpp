#pragma once

#include "app/cli/exit_code.hpp"
#include "app/cli/http_client.hpp"
#include "app/cli/surroundings.hpp"

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace tocsin::cli {

/// A value, or what the program ends with; what went wrong was then printed already.
template <class T>
using outcome = boost::system::result<T, exit_code>;

/// Makes `outcome<T>::value()` on a failure throw; only a bug gets there.
[[noreturn]] void throw_exception_from_error(exit_code x, const boost::source_location& where);

/// An answer of the service: its text, and the same read.
struct answer {
  std::string text;
  boost::json::value value;
};

enum class output_format { table, json };

/// One run of a command: the service it talks to and the streams it prints on. Not thread-safe.
class session {
public:
  /// Without `shows_sensitive` the service is asked to mask what `read:sensitive` shows.
  session(http_client client, output_format format, surroundings& around, bool shows_sensitive);

  surroundings& around() { return around_; }
  const std::string& base_url() const { return client_.base_url(); }
  output_format format() const { return format_; }

  /// Sends `request`. Prints why on the error stream if it was refused (the problem document's
  /// detail and every wrong field with its pointer) or did not get through.
  /// Errors: refused, unreachable, unauthorized.
  outcome<answer> call(http_request request);

  /// What `call` makes of a reply, for those who look at it first. Errors: as `call`.
  outcome<answer> read(expected<http_reply> reply);

  /// Sends `request` and gives the answer whatever its status is; prints nothing. A request that
  /// comes too fast for `server.rate_limit` is sent again when the service says so, for up to a
  /// minute. Neither that nor the answer is waited for beyond `deadline`.
  /// Errors: as `http_client::send`.
  expected<http_reply> exchange(http_request request,
                                std::chrono::steady_clock::time_point deadline
                                = std::chrono::steady_clock::time_point::max());

  /// As `http_client::follow`; what texts are masked is as in `call`.
  expected<http_reply> follow(http_request request,
                              const std::function<void(std::string_view)>& on_text,
                              const std::function<bool()>& goes_on);

  /// Prints why `reply` is a refusal and gives what the program ends with then.
  exit_code refuse(const http_reply& reply);

  /// Prints the answer's JSON, or else what `as_table` makes of it.
  void print(const answer& x,
             const std::function<std::string(const boost::json::value&)>& as_table);

  /// Prints `text` where people read; nothing with `--format json`.
  void remark(std::string_view text);

  /// Prints `text` on the error stream and gives `code`.
  exit_code fail_with(exit_code code, std::string_view text);

private:
  http_client client_;
  output_format format_;
  surroundings& around_;
  bool shows_sensitive_;
};

/// Prints `x` on the error stream and gives `usage`, or `unreachable` for `errc::unavailable`.
exit_code report_failure(const failure& x, surroundings& around);

} // namespace tocsin::cli
