#pragma once

#include "app/bench/limits/metered_thread.hpp"
#include "channels/transport/socket_watch.hpp"
#include "messages/steady_time.hpp"

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::bench {

/// Posts bodies to one URL with a libcurl multi handle and nothing else, on one thread: no
/// signatures, checks of addresses, retries or fairness. Each body is posted once.
class bare_poster {
public:
  /// Called on the poster's thread after each post, with whether it was answered with 2xx; may
  /// submit more.
  using done_handler = std::function<void(bare_poster& by, bool is_taken)>;

  /// At most `connections` posts are under way at once; the others wait.
  bare_poster(std::string url, unsigned connections, done_handler on_done);
  ~bare_poster();

  bare_poster(const bare_poster&) = delete;
  bare_poster& operator=(const bare_poster&) = delete;

  /// Queues bodies. Any thread, until `finish`.
  void submit(std::vector<std::string> bodies);

  /// Waits until all is posted, those too that `on_done` submits until then; ends the thread, and
  /// gives the processor time it took.
  std::chrono::nanoseconds finish();

private:
  struct post;

  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* socket_data);
  static int on_open(void* self, curl_socket_t socket, curlsocktype);
  static int on_close(void* self, curl_socket_t socket);

  void run();
  bool has_finished();
  int wait_ms();
  void perform(curl_socket_t socket, int events);
  void collect();
  void start_waiting();
  std::unique_ptr<post> make_post();

  std::string url_;
  unsigned connections_;
  done_handler on_done_;
  channels::socket_watch watch_;
  CURLM* multi_ = nullptr;
  curl_slist* headers_ = nullptr;
  std::optional<steady_time> timer_at_;
  std::vector<std::unique_ptr<post>> idle_;
  size_t under_way_ = 0;
  std::deque<std::string> waiting_;

  std::mutex mutex_;
  std::vector<std::string> submitted_;
  /// Whether the thread sleeps, or is about to, and needs to be woken.
  bool asleep_ = false;
  bool finishing_ = false;

  std::unique_ptr<metered_thread> thread_;
};

} // namespace tocsin::bench
