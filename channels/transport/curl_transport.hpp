#pragma once

#include "channels/transport/transport.hpp"
#include "channels/transport/transport_options.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace tocsin::channels {

/// HTTP over one libcurl multi handle on its own thread, with connections kept open; SMTP on
/// blocking threads. Beyond the limits the sinks, and the mail servers, take turns.
class curl_transport : public transport {
public:
  explicit curl_transport(const transport_options& options = {});

  /// Stops at once if `stop` was not called.
  ~curl_transport() override;

  curl_transport(const curl_transport&) = delete;
  curl_transport& operator=(const curl_transport&) = delete;

  /// After `stop` the jobs complete as `not_tried` on the caller's thread.
  void submit(const std::shared_ptr<sink>& to, std::vector<job> jobs) override;

  std::vector<uint64_t> withdraw(const sink& from) override;

  /// Completes what has not begun as `not_tried`, lets what is in flight go on for at most
  /// `grace`, then cuts it short as `stopped`. Returns when all threads have ended.
  void stop(std::chrono::milliseconds grace);

  /// Ends the grace of a `stop` that waits, or of the next one. Any thread.
  void cut_short();

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

} // namespace tocsin::channels
