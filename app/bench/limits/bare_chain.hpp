#pragma once

#include "app/bench/limits/bare_door.hpp"
#include "app/bench/limits/bare_poster.hpp"
#include "app/bench/limits/metered_thread.hpp"
#include "app/bench/limits/record_log.hpp"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::bench {

/// The least that accepts events over HTTP, has each on disk before it is acknowledged, and posts
/// it: `bare_door`, `record_log` and `bare_poster`, a thread each. What comes during a commit
/// goes into the next one.
///
/// It promises less than the service: it does not know recipients, does not note what was
/// delivered, and forgets what was not when it ends.
class bare_chain {
public:
  /// Makes its log in `directory`. Errors: those of `record_log::open`.
  static expected<std::unique_ptr<bare_chain>> open(const std::filesystem::path& directory);

  ~bare_chain();

  /// Where it takes `POST` of one event, from `start` on.
  boost::asio::ip::tcp::endpoint endpoint() const { return door_.endpoint(); }

  /// Takes events and posts them to `url`, at most `connections` at once.
  void start(const std::string& url, unsigned connections);

  /// What it did and took, all threads together.
  struct use {
    std::chrono::nanoseconds cpu{};
    uint64_t commits = 0;
    /// Events on disk.
    uint64_t records = 0;
    uint64_t posted = 0;
    /// Posts that were not answered with 2xx.
    uint64_t failed = 0;
  };

  /// Ends it once all that was accepted is posted. Errors: those of `record_log::append`; events
  /// were answered with 500 from then on.
  expected<use> stop();

private:
  struct arrival {
    bare_door::visitor_ptr from;
    std::string body;
  };

  explicit bare_chain(record_log log);

  void take(bare_door::visitor_ptr from, std::string body);
  void commit_what_comes();
  void commit(std::vector<arrival> batch);
  std::chrono::nanoseconds end_threads();

  record_log log_;
  bare_door door_;
  std::unique_ptr<bare_poster> poster_;

  std::mutex mutex_;
  std::condition_variable came_;
  std::vector<arrival> arrivals_;
  bool stopping_ = false;

  /// The committing thread's, until it has ended.
  uint64_t commits_ = 0;
  std::optional<failure> failure_;
  /// The poster's, until that has ended.
  uint64_t posted_ = 0;
  uint64_t failed_ = 0;

  std::unique_ptr<metered_thread> committer_;
};

} // namespace tocsin::bench
