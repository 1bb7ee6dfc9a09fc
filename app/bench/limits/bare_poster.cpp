#include "app/bench/limits/bare_poster.hpp"

#include "channels/transport/curl_events.hpp"
#include "channels/transport/curl_support.hpp"

#include <algorithm>
#include <iterator>
#include <unistd.h>
#include <utility>

namespace tocsin::bench {

using std::chrono::steady_clock;

namespace {

/// A body that is not answered by then counts as not taken.
constexpr long post_timeout_ms = 30'000;

size_t drop_answer(char*, size_t size, size_t count, void*) {
  return size * count;
}

bool is_taken(CURL* easy, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return code == CURLE_OK && status >= 200 && status < 300;
}

} // namespace

/// A handle that is used again and again, and the body that it posts.
struct bare_poster::post {
  channels::easy_handle easy{curl_easy_init()};
  std::string body;
};

bare_poster::bare_poster(std::string url, unsigned connections, done_handler on_done)
  : url_(std::move(url)), connections_(connections), on_done_(std::move(on_done)) {
  channels::initialise_curl();
  headers_ = curl_slist_append(headers_, "Content-Type: application/json");
  // Keeps libcurl from waiting for `100 Continue`, which it does from a megabyte on.
  headers_ = curl_slist_append(headers_, "Expect:");
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &bare_poster::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &bare_poster::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections));
  thread_ = std::make_unique<metered_thread>([this] { run(); });
}

bare_poster::~bare_poster() {
  finish();
  curl_slist_free_all(headers_);
}

void bare_poster::submit(std::vector<std::string> bodies) {
  std::unique_lock lock{mutex_};
  std::move(bodies.begin(), bodies.end(), std::back_inserter(submitted_));
  auto must_wake = std::exchange(asleep_, false);
  lock.unlock();
  if (must_wake)
    watch_.wake();
}

std::chrono::nanoseconds bare_poster::finish() {
  {
    std::lock_guard lock{mutex_};
    finishing_ = true;
  }
  watch_.wake();
  return thread_->join();
}

int bare_poster::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& poster = *static_cast<bare_poster*>(self);
  poster.timer_at_.reset();
  if (timeout_ms >= 0)
    poster.timer_at_ = steady_clock::now() + std::chrono::milliseconds{timeout_ms};
  return 0;
}

int bare_poster::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  static_cast<bare_poster*>(self)->watch_.want(socket, channels::to_epoll_events(what));
  return 0;
}

int bare_poster::on_open(void* self, curl_socket_t socket, curlsocktype) {
  static_cast<bare_poster*>(self)->watch_.keep(socket);
  return CURL_SOCKOPT_OK;
}

int bare_poster::on_close(void* self, curl_socket_t socket) {
  static_cast<bare_poster*>(self)->watch_.forget(socket);
  return ::close(socket);
}

void bare_poster::run() {
  for (;;) {
    for (auto [socket, events] : watch_.wait(wait_ms()))
      perform(socket, channels::to_curl_events(events));
    if (timer_at_ && steady_clock::now() >= *timer_at_)
      perform(CURL_SOCKET_TIMEOUT, 0);
    collect();
    std::vector<std::string> fresh;
    {
      std::lock_guard lock{mutex_};
      asleep_ = false;
      fresh.swap(submitted_);
    }
    std::move(fresh.begin(), fresh.end(), std::back_inserter(waiting_));
    start_waiting();
    // What failed at once has to be collected now: no event will tell of it.
    collect();
    if (has_finished())
      break;
  }
  // The connections that were kept close with the multi handle, and tell the watch so.
  curl_multi_cleanup(multi_);
  idle_.clear();
}

bool bare_poster::has_finished() {
  std::lock_guard lock{mutex_};
  return finishing_ && submitted_.empty() && waiting_.empty() && under_way_ == 0;
}

int bare_poster::wait_ms() {
  std::lock_guard lock{mutex_};
  auto may_start = !waiting_.empty() && under_way_ < connections_;
  if (!submitted_.empty() || may_start || (finishing_ && under_way_ == 0))
    return 0;
  asleep_ = true;
  if (!timer_at_)
    return -1;
  auto left = std::chrono::ceil<std::chrono::milliseconds>(*timer_at_ - steady_clock::now());
  return static_cast<int>(std::clamp<int64_t>(left.count(), 0, post_timeout_ms));
}

void bare_poster::perform(curl_socket_t socket, int events) {
  int running = 0;
  if (socket == CURL_SOCKET_TIMEOUT)
    timer_at_.reset();
  curl_multi_socket_action(multi_, socket, events, &running);
}

void bare_poster::collect() {
  int left = 0;
  while (auto* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    auto* easy = message->easy_handle;
    auto taken = is_taken(easy, message->data.result);
    char* self = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &self);
    curl_multi_remove_handle(multi_, easy);
    idle_.emplace_back(reinterpret_cast<post*>(self));
    --under_way_;
    on_done_(*this, taken);
  }
}

void bare_poster::start_waiting() {
  auto before = under_way_;
  while (!waiting_.empty() && under_way_ < connections_) {
    auto x = idle_.empty() ? make_post() : std::move(idle_.back());
    if (!idle_.empty())
      idle_.pop_back();
    x->body = std::move(waiting_.front());
    waiting_.pop_front();
    curl_easy_setopt(x->easy.get(), CURLOPT_POSTFIELDS, x->body.data());
    curl_easy_setopt(x->easy.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(x->body.size()));
    curl_multi_add_handle(multi_, x->easy.get());
    // Until it is collected, libcurl holds it.
    static_cast<void>(x.release());
    ++under_way_;
  }
  if (under_way_ > before)
    perform(CURL_SOCKET_TIMEOUT, 0);
}

std::unique_ptr<bare_poster::post> bare_poster::make_post() {
  auto result = std::make_unique<post>();
  auto* easy = result->easy.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, result.get());
  curl_easy_setopt(easy, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_POST, 1L);
  // Empty it keeps libcurl from asking the environment.
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, post_timeout_ms);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &drop_answer);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, &bare_poster::on_open);
  curl_easy_setopt(easy, CURLOPT_SOCKOPTDATA, this);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, &bare_poster::on_close);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  return result;
}

} // namespace tocsin::bench
