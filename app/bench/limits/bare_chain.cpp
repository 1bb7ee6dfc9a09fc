#include "app/bench/limits/bare_chain.hpp"

#include <utility>

namespace tocsin::bench {

expected<std::unique_ptr<bare_chain>> bare_chain::open(const std::filesystem::path& directory) {
  auto log = record_log::open(directory);
  if (!log)
    return log.error();
  return std::unique_ptr<bare_chain>{new bare_chain{std::move(*log)}};
}

bare_chain::bare_chain(record_log log)
  : log_(std::move(log)), door_([this](bare_door::visitor_ptr from, std::string body) {
      take(std::move(from), std::move(body));
    }) {}

bare_chain::~bare_chain() {
  end_threads();
}

void bare_chain::start(const std::string& url, unsigned connections) {
  poster_ = std::make_unique<bare_poster>(
    url, connections, [this](bare_poster&, bool taken) { ++(taken ? posted_ : failed_); });
  committer_ = std::make_unique<metered_thread>([this] { commit_what_comes(); });
  door_.start();
}

void bare_chain::take(bare_door::visitor_ptr from, std::string body) {
  std::unique_lock lock{mutex_};
  auto is_first = arrivals_.empty();
  arrivals_.push_back({std::move(from), std::move(body)});
  lock.unlock();
  if (is_first)
    came_.notify_one();
}

void bare_chain::commit_what_comes() {
  for (;;) {
    std::vector<arrival> batch;
    {
      std::unique_lock lock{mutex_};
      came_.wait(lock, [this] { return stopping_ || !arrivals_.empty(); });
      if (arrivals_.empty())
        return;
      batch.swap(arrivals_);
    }
    commit(std::move(batch));
  }
}

void bare_chain::commit(std::vector<arrival> batch) {
  std::vector<std::string_view> records;
  records.reserve(batch.size());
  for (const auto& x : batch)
    records.push_back(x.body);
  if (!failure_) {
    if (auto done = log_.append(records); !done)
      failure_ = done.error();
    else
      ++commits_;
  }
  std::vector<bare_door::visitor_ptr> visitors;
  std::vector<std::string> bodies;
  for (auto& x : batch) {
    visitors.push_back(std::move(x.from));
    bodies.push_back(std::move(x.body));
  }
  door_.reply_all(std::move(visitors),
                  failure_ ? bare_door::answer::failed : bare_door::answer::accepted);
  if (!failure_)
    poster_->submit(std::move(bodies));
}

std::chrono::nanoseconds bare_chain::end_threads() {
  auto result = door_.stop();
  {
    std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  came_.notify_one();
  if (committer_)
    result += committer_->join();
  if (poster_)
    result += poster_->finish();
  return result;
}

expected<bare_chain::use> bare_chain::stop() {
  auto cpu = end_threads();
  if (failure_)
    return *failure_;
  return use{cpu, commits_, log_.size(), posted_, failed_};
}

} // namespace tocsin::bench
