#include "channels/transport/smtp_pool.hpp"

#include <optional>
#include <system_error>
#include <utility>

namespace tocsin::channels {

namespace {

wire_reply reply_without_thread() {
  wire_reply result;
  result.fault = wire_fault::no_thread;
  result.error = "the system has no thread left for mails";
  return result;
}

/// Gives each of `jobs` the same `reply`.
void complete(const std::vector<mail_job>& jobs, const wire_reply& reply) {
  completion_batches batches;
  for (auto& x : jobs)
    batches.add(x.to, x.cookie, reply);
  batches.flush();
}

} // namespace

smtp_pool::smtp_pool(const transport_options& options)
  : options_{options}, queue_{options.smtp_threads, options.smtp_threads_per_server} {}

smtp_pool::~smtp_pool() {
  stop(std::chrono::milliseconds{0});
  join();
}

std::vector<mail_job> smtp_pool::submit(std::vector<mail_job> jobs) {
  std::unique_lock lock{mutex_};
  if (stopping_)
    return jobs;
  for (auto& x : jobs)
    queue_.push(std::move(x));
  start_thread();
  std::vector<mail_job> stranded;
  if (threads_.empty())
    stranded = queue_.drain();
  lock.unlock();
  changed_.notify_all();
  complete(stranded, reply_without_thread());
  return {};
}

std::vector<uint64_t> smtp_pool::withdraw(const transport::sink& from) {
  std::lock_guard lock{mutex_};
  return queue_.withdraw(from);
}

void smtp_pool::stop(std::chrono::milliseconds grace) {
  std::vector<mail_job> refused;
  {
    std::lock_guard lock{mutex_};
    auto at = std::chrono::steady_clock::now() + grace;
    stop_at_ = stopping_ ? std::min(stop_at_, at) : at;
    stopping_ = true;
    refused = queue_.drain();
  }
  changed_.notify_all();
  complete(refused, reply_not_tried());
}

void smtp_pool::join() {
  {
    std::unique_lock lock{mutex_};
    // Looks at `stop_at_` again when it is told of a change: it may have come nearer.
    changed_.wait_until(lock, stop_at_, [this] { return running_ == 0; });
  }
  cut_ = true;
  for (auto& thread : threads_)
    thread.join();
  threads_.clear();
}

void smtp_pool::run() {
  smtp_session session{options_, cut_};
  // When its connections are to be closed; nothing where it has none.
  std::optional<steady_time> close_at;
  std::unique_lock lock{mutex_};
  while (true) {
    auto next = queue_.take();
    if (!next) {
      if (stopping_)
        return;
      if (!close_at) {
        changed_.wait(lock);
      } else if (changed_.wait_until(lock, *close_at) == std::cv_status::timeout) {
        lock.unlock();
        session.close_connections();
        close_at.reset();
        lock.lock();
      }
      continue;
    }
    auto owner = next->to->owner();
    auto server = next->value.server;
    ++running_;
    start_thread();
    lock.unlock();
    auto reply = session.send(next->value);
    close_at = std::chrono::steady_clock::now() + options_.smtp_idle_limit;
    auto was_prompt
      = reply.fault != wire_fault::timed_out && reply.duration <= options_.smtp_prompt_time;
    next->to->completed({{next->cookie, std::move(reply)}});
    next.reset();
    lock.lock();
    --running_;
    queue_.finish(owner, *server, was_prompt);
    changed_.notify_all();
  }
}

void smtp_pool::start_thread() {
  auto is_needed = threads_.size() == running_ && threads_.size() < options_.smtp_threads;
  if (!is_needed || stopping_ || !queue_.has_next())
    return;
  try {
    threads_.emplace_back([this] { run(); });
  } catch (const std::system_error&) {
    // The system has none left: those that are there take what waits, one mail after the other.
  }
}

} // namespace tocsin::channels
