#pragma once

#include "channels/completion_batches.hpp"
#include "channels/smtp_session.hpp"
#include "channels/transport.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace tocsin::channels {

/// Mails on a few threads that wait for their servers.
class smtp_pool {
public:
  struct request {
    std::shared_ptr<transport::sink> to;
    uint64_t cookie = 0;
    smtp_request value;
  };

  explicit smtp_pool(const transport_options& options);
  ~smtp_pool();

  smtp_pool(const smtp_pool&) = delete;
  smtp_pool& operator=(const smtp_pool&) = delete;

  /// Queues requests; gives back those that come too late, after `stop`.
  std::vector<request> submit(std::vector<request> requests);

  /// Tells the threads to end within `grace`; `join` waits for that.
  void stop(std::chrono::milliseconds grace);
  void join();

private:
  using steady_time = std::chrono::steady_clock::time_point;
  /// Host and port.
  using server_key = std::pair<std::string, uint16_t>;

  void run();
  /// Takes the first request whose server has a thread left for it. Needs the lock.
  std::optional<request> take();
  void finish(const server_key& server);

  transport_options options_;
  std::atomic<bool> cut_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<request> queue_;
  std::map<server_key, size_t> busy_;
  bool stopping_ = false;
  steady_time stop_at_{};
  size_t running_ = 0;

  std::vector<std::thread> threads_;
};

} // namespace tocsin::channels
