#pragma once

#include "app/bench/event_book.hpp"
#include "app/bench/process_meter.hpp"
#include "app/bench/schedule.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace tocsin::bench {

class spawned_server;

/// The service is killed in the middle of a run, and started again.
struct crash_plan {
  /// With this many events accepted.
  uint64_t after_accepted = 0;
  /// Outlives the run.
  spawned_server* server = nullptr;
};

/// How the service came back. Times count from the moment when it was started again.
struct crash_figures {
  owed_figures owed;
  /// Until it accepted events, until the first owed event arrived, and until the last did.
  run_time ready_within{};
  run_time first_owed_within{};
  run_time last_owed_within{};
  /// The most memory that the new process had.
  std::optional<uint64_t> peak_rss_bytes;
};

/// Kills the service of a run once this much is accepted, notes what it owes, and starts it again,
/// on the run's thread and without holding it up.
class crash_watch {
public:
  /// What the run says and is told.
  struct surroundings {
    std::function<run_time()> now;
    /// The service is being started again.
    std::function<void()> on_start;
    /// It could not be, or was not ready in time.
    std::function<void(std::string why)> on_failure;
  };

  crash_watch(boost::asio::io_context& context, const crash_plan& plan, event_book& book,
              surroundings around);

  /// Checks whether it is time; called after each acknowledgement.
  void look();

  /// Whether the service is away.
  bool is_under_way() const { return stage_ == stage::killed || stage_ == stage::starting; }

  /// Nothing where the service was not killed or did not come back.
  std::optional<crash_figures> figures() const;

private:
  enum class stage { before, killed, starting, over };

  void start_again();
  void await_ready();
  void fail_with(std::string why);

  crash_plan plan_;
  event_book& book_;
  surroundings around_;
  boost::asio::steady_timer timer_;
  stage stage_ = stage::before;
  bool has_come_back_ = false;
  run_time started_at_{};
};

} // namespace tocsin::bench
