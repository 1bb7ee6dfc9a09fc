#pragma once

#include "channels/transport/completion_batches.hpp"
#include "channels/transport/fair_queue.hpp"
#include "channels/transport/http_exchange.hpp"
#include "channels/transport/socket_watch.hpp"
#include "channels/transport/transport.hpp"
#include "channels/transport/transport_options.hpp"
#include "messages/steady_time.hpp"

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace tocsin::channels {

/// All HTTP of the process on one thread: a libcurl multi handle driven by epoll, as libcurl's own
/// poll interface looks at every transfer whenever one of them moves.
class http_loop {
public:
  struct request {
    std::shared_ptr<transport::sink> to;
    uint64_t cookie = 0;
    http_request value;
  };

  explicit http_loop(const transport_options& options);
  ~http_loop();

  http_loop(const http_loop&) = delete;
  http_loop& operator=(const http_loop&) = delete;

  /// Queues requests; gives back those that come too late, after `stop`.
  std::vector<request> submit(std::vector<request> requests);

  /// Takes back the requests of `from` that have not begun; returns their cookies.
  std::vector<uint64_t> withdraw(const transport::sink& from);

  /// Tells the thread to end within `grace`; `join` waits for that.
  void stop(std::chrono::milliseconds grace);
  void join();

private:
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* socket_data);
  static int on_open(void* self, curl_socket_t socket, curlsocktype);
  static int on_close(void* self, curl_socket_t socket);

  void open_multi();
  /// Closes the connections that are kept, once none was used for `http_idle_limit`: libcurl itself
  /// looks at them only when the next exchange begins.
  void close_unused();
  void run();
  /// One round: wait, let libcurl work, complete. Returns whether there is more to do.
  bool round();
  /// Waits for sockets or submissions; not at all where requests are queued and may start.
  void wait_and_perform();
  int wait_ms();
  void perform(curl_socket_t socket, int events);
  size_t in_flight() const { return exchanges_.size() - idle_.size(); }
  size_t room() const { return options_.max_http_in_flight - in_flight(); }
  /// Takes what waited, and what is new, as far as there is room; the rest waits. Needs the lock.
  std::vector<request> take_what_fits();
  void start_all(std::vector<request> requests);
  void start(request x, steady_time now);
  /// Has what is new wait for its turn. Needs the lock.
  void line_up();
  void collect_finished();
  void abandon_all();
  /// Needs the lock.
  void refuse_waiting();
  http_exchange& take_idle();

  transport_options options_;
  CURLM* multi_ = nullptr;
  socket_watch watch_;
  /// When libcurl wants to be called without an event.
  std::optional<steady_time> timer_at_;
  /// When the connections that are kept are closed; not set while an exchange is under way, nor
  /// where none are kept.
  std::optional<steady_time> close_at_;
  /// When this round began. Where timers are counted from: earlier than now, so at most one call
  /// too many, for less than to read the clock with each.
  steady_time woken_at_ = std::chrono::steady_clock::now();
  /// As many as were ever in flight at once, and those of them that are not.
  std::vector<std::unique_ptr<http_exchange>> exchanges_;
  std::vector<http_exchange*> idle_;
  completion_batches batches_;

  std::mutex mutex_;
  std::vector<request> submitted_;
  /// Requests that wait for a place in flight.
  fair_queue<request> waiting_;
  /// Whether the thread sleeps, or is about to, and needs to be woken.
  bool asleep_ = false;
  std::optional<steady_time> stop_at_;

  std::thread thread_;
};

} // namespace tocsin::channels
