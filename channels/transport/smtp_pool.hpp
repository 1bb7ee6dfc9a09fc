#pragma once

#include "channels/transport/completion_batches.hpp"
#include "channels/transport/mail_queue.hpp"
#include "messages/steady_time.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace tocsin::channels {

/// Mails on threads that wait for their servers. The threads come as they are needed.
class smtp_pool {
public:
  explicit smtp_pool(const transport_options& options);
  ~smtp_pool();

  smtp_pool(const smtp_pool&) = delete;
  smtp_pool& operator=(const smtp_pool&) = delete;

  /// Queues mails; gives back those that come too late, after `stop`. Where not even one thread can
  /// be started, all that wait are completed with `wire_fault::no_thread`.
  std::vector<mail_job> submit(std::vector<mail_job> jobs);

  /// Takes back the mails of `from` that no thread has begun with; returns their cookies.
  std::vector<uint64_t> withdraw(const transport::sink& from);

  /// Tells the threads to end within `grace`; `join` waits for that.
  void stop(std::chrono::milliseconds grace);
  void join();

private:
  void run();
  /// Starts a thread if a mail could go and all are at work, and the system has one; one that takes
  /// a mail starts the next. Needs the lock.
  void start_thread();

  transport_options options_;
  std::atomic<bool> cut_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  mail_queue queue_;
  bool stopping_ = false;
  steady_time stop_at_{};
  /// The threads that are at work on a mail.
  size_t running_ = 0;

  std::vector<std::thread> threads_;
};

} // namespace tocsin::channels
