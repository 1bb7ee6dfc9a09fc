#include "channels/transport/http_loop.hpp"

#include "channels/transport/curl_events.hpp"

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace tocsin::channels {

http_loop::http_loop(const transport_options& options) : options_{options} {
  initialise_curl();
  open_multi();
  thread_ = std::thread{[this] { run(); }};
}

http_loop::~http_loop() {
  stop(std::chrono::milliseconds{0});
  join();
}

void http_loop::open_multi() {
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &http_loop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &http_loop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  // Those in use count as well.
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_http_in_flight));
}

std::vector<http_loop::request> http_loop::submit(std::vector<request> requests) {
  std::unique_lock lock{mutex_};
  if (stop_at_)
    return requests;
  if (submitted_.empty())
    submitted_ = std::move(requests);
  else
    std::move(requests.begin(), requests.end(), std::back_inserter(submitted_));
  auto must_wake = std::exchange(asleep_, false);
  lock.unlock();
  if (must_wake)
    watch_.wake();
  return {};
}

std::vector<uint64_t> http_loop::withdraw(const transport::sink& from) {
  std::lock_guard lock{mutex_};
  line_up();
  std::vector<uint64_t> result;
  for (auto& x : waiting_.take_all(from.owner(), &from))
    result.push_back(x.cookie);
  return result;
}

void http_loop::stop(std::chrono::milliseconds grace) {
  {
    std::lock_guard lock{mutex_};
    auto at = std::chrono::steady_clock::now() + grace;
    stop_at_ = stop_at_ ? std::min(*stop_at_, at) : at;
  }
  watch_.wake();
}

void http_loop::join() {
  if (thread_.joinable())
    thread_.join();
}

int http_loop::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& loop = *static_cast<http_loop*>(self);
  if (timeout_ms < 0)
    loop.timer_at_.reset();
  else
    loop.timer_at_ = loop.woken_at_ + std::chrono::milliseconds{timeout_ms};
  return 0;
}

int http_loop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<http_loop*>(self)->watch_.want(socket, to_epoll_events(what));
  return 0;
}

int http_loop::on_open(void* self, curl_socket_t socket, curlsocktype) {
  static_cast<http_loop*>(self)->watch_.keep(socket);
  return CURL_SOCKOPT_OK;
}

int http_loop::on_close(void* self, curl_socket_t socket) {
  static_cast<http_loop*>(self)->watch_.forget(socket);
  return ::close(socket);
}

void http_loop::run() {
  while (round()) {
  }
  // The connections that were kept close with the multi handle, and tell the watch so.
  curl_multi_cleanup(multi_);
  exchanges_.clear();
}

bool http_loop::round() {
  wait_and_perform();
  collect_finished();
  close_unused();
  std::optional<steady_time> stop_at;
  std::vector<request> next;
  {
    std::lock_guard lock{mutex_};
    stop_at = stop_at_;
    if (stop_at)
      refuse_waiting();
    next = take_what_fits();
  }
  start_all(std::move(next));
  // What failed at once has to be collected now: no event will tell of it.
  collect_finished();
  if (stop_at && std::chrono::steady_clock::now() >= *stop_at)
    abandon_all();
  batches_.flush();
  return !stop_at || in_flight() > 0;
}

void http_loop::close_unused() {
  if (!close_at_ || woken_at_ < *close_at_)
    return;
  close_at_.reset();
  timer_at_.reset();
  curl_multi_cleanup(multi_);
  open_multi();
}

void http_loop::wait_and_perform() {
  auto ready = watch_.wait(wait_ms());
  woken_at_ = std::chrono::steady_clock::now();
  for (auto [socket, events] : ready)
    perform(socket, to_curl_events(events));
  {
    std::lock_guard lock{mutex_};
    asleep_ = false;
  }
  if (timer_at_ && woken_at_ >= *timer_at_)
    perform(CURL_SOCKET_TIMEOUT, 0);
}

int http_loop::wait_ms() {
  auto until = timer_at_;
  if (close_at_ && (!until || *close_at_ < *until))
    until = close_at_;
  {
    std::lock_guard lock{mutex_};
    if (!submitted_.empty() || (!waiting_.empty() && room() > 0))
      return 0;
    asleep_ = true;
    if (stop_at_ && (!until || *stop_at_ < *until))
      until = stop_at_;
  }
  if (!until)
    return -1;
  auto left
    = std::chrono::ceil<std::chrono::milliseconds>(*until - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 60'000));
}

void http_loop::perform(curl_socket_t socket, int events) {
  int running = 0;
  if (socket == CURL_SOCKET_TIMEOUT)
    timer_at_.reset();
  curl_multi_socket_action(multi_, socket, events, &running);
}

std::vector<http_loop::request> http_loop::take_what_fits() {
  if (waiting_.empty() && submitted_.size() <= room())
    return std::exchange(submitted_, {});
  line_up();
  std::vector<request> result;
  while (!waiting_.empty() && result.size() < room())
    result.push_back(waiting_.pop());
  return result;
}

void http_loop::start_all(std::vector<request> requests) {
  if (requests.empty())
    return;
  auto now = std::chrono::steady_clock::now();
  for (auto& x : requests)
    start(std::move(x), now);
  perform(CURL_SOCKET_TIMEOUT, 0);
}

void http_loop::line_up() {
  for (auto& x : std::exchange(submitted_, {})) {
    auto to = x.to;
    waiting_.push(to->owner(), to.get(), std::move(x));
  }
}

void http_loop::start(request x, steady_time now) {
  close_at_.reset();
  auto& exchange = take_idle();
  exchange.start(std::move(x.to), x.cookie, std::move(x.value), now);
  curl_multi_add_handle(multi_, exchange.easy());
}

http_exchange& http_loop::take_idle() {
  if (idle_.empty())
    return *exchanges_.emplace_back(std::make_unique<http_exchange>(
      options_, socket_hooks{&http_loop::on_open, &http_loop::on_close, this}));
  auto* result = idle_.back();
  idle_.pop_back();
  return *result;
}

void http_loop::collect_finished() {
  int left = 0;
  auto* message = curl_multi_info_read(multi_, &left);
  if (message == nullptr)
    return;
  auto now = std::chrono::steady_clock::now();
  auto received_at
    = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  for (; message != nullptr; message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    auto code = message->data.result;
    auto& exchange = http_exchange::of(message->easy_handle);
    curl_multi_remove_handle(multi_, exchange.easy());
    if (exchange.go_on(code, now)) {
      curl_multi_add_handle(multi_, exchange.easy());
      continue;
    }
    auto to = exchange.to();
    auto cookie = exchange.cookie();
    auto reply = exchange.finish(code, now);
    reply.received_at = received_at;
    batches_.add(to, cookie, std::move(reply));
    idle_.push_back(&exchange);
  }
  if (in_flight() == 0)
    close_at_ = now + options_.http_idle_limit;
}

void http_loop::abandon_all() {
  auto now = std::chrono::steady_clock::now();
  for (auto& exchange : exchanges_) {
    auto to = exchange->to();
    if (!to)
      continue;
    curl_multi_remove_handle(multi_, exchange->easy());
    auto cookie = exchange->cookie();
    batches_.add(to, cookie, exchange->abandon(now));
    idle_.push_back(exchange.get());
  }
}

void http_loop::refuse_waiting() {
  line_up();
  while (!waiting_.empty()) {
    auto x = waiting_.pop();
    batches_.add(x.to, x.cookie, reply_not_tried());
  }
}

} // namespace tocsin::channels
