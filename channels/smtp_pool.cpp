#include "channels/smtp_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace tocsin::channels {

namespace {

/// Connections that nobody used for so long are closed.
constexpr std::chrono::seconds idle_limit{15};

} // namespace

smtp_pool::smtp_pool(const transport_options& options) : options_{options} {}

smtp_pool::~smtp_pool() {
  stop(std::chrono::milliseconds{0});
  join();
}

std::vector<smtp_pool::request> smtp_pool::submit(std::vector<request> requests) {
  std::unique_lock lock{mutex_};
  if (stopping_)
    return requests;
  std::move(requests.begin(), requests.end(), std::back_inserter(queue_));
  // Threads come with the first mails: many an installation sends none.
  while (threads_.size() < std::min(options_.smtp_threads, running_ + queue_.size())) {
    threads_.emplace_back([this] { run(); });
  }
  lock.unlock();
  changed_.notify_all();
  return {};
}

void smtp_pool::stop(std::chrono::milliseconds grace) {
  std::deque<request> refused;
  {
    std::lock_guard lock{mutex_};
    auto at = std::chrono::steady_clock::now() + grace;
    stop_at_ = stopping_ ? std::min(stop_at_, at) : at;
    stopping_ = true;
    refused.swap(queue_);
  }
  changed_.notify_all();
  completion_batches batches;
  for (auto& x : refused)
    batches.add(x.to, x.cookie, reply_not_tried());
  batches.flush();
}

void smtp_pool::join() {
  {
    std::unique_lock lock{mutex_};
    changed_.wait_until(lock, stop_at_, [this] { return running_ == 0; });
  }
  cut_ = true;
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
}

void smtp_pool::run() {
  smtp_session session{options_, cut_};
  bool is_connected = false;
  std::unique_lock lock{mutex_};
  while (true) {
    auto next = take();
    if (!next) {
      if (stopping_)
        return;
      if (!is_connected) {
        changed_.wait(lock);
      } else if (changed_.wait_for(lock, idle_limit) == std::cv_status::timeout) {
        lock.unlock();
        session.close_connections();
        is_connected = false;
        lock.lock();
      }
      continue;
    }
    server_key server{next->value.server->host, next->value.server->port};
    ++busy_[server];
    ++running_;
    lock.unlock();
    auto reply = session.send(next->value);
    is_connected = true;
    next->to->completed({{next->cookie, std::move(reply)}});
    next.reset();
    lock.lock();
    --running_;
    finish(server);
  }
}

std::optional<smtp_pool::request> smtp_pool::take() {
  auto is_free = [this](const request& x) {
    auto i = busy_.find({x.value.server->host, x.value.server->port});
    return i == busy_.end() || i->second < options_.smtp_threads_per_server;
  };
  auto i = std::find_if(queue_.begin(), queue_.end(), is_free);
  if (i == queue_.end())
    return std::nullopt;
  auto result = std::move(*i);
  queue_.erase(i);
  return result;
}

void smtp_pool::finish(const server_key& server) {
  if (auto i = busy_.find(server); --i->second == 0)
    busy_.erase(i);
  changed_.notify_all();
}

} // namespace tocsin::channels
