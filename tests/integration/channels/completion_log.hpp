#pragma once

#include "channels/transport/transport.hpp"

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tocsin::channels {

/// A sink that remembers what completed and lets a test wait for it.
class completion_log : public transport::sink {
public:
  explicit completion_log(std::string owner = "admin/ops") : sink{std::move(owner)} {}

  void completed(std::vector<transport::completion> batch) override {
    std::lock_guard lock{mutex_};
    ++calls_;
    for (auto& x : batch) {
      ++count_;
      replies_[x.cookie] = std::move(x.reply);
    }
    changed_.notify_all();
  }

  /// Waits until `count` requests have completed; false if they do not within 20 s.
  bool wait_for(size_t count) {
    std::unique_lock lock{mutex_};
    return changed_.wait_for(lock, std::chrono::seconds{20}, [&] { return count_ >= count; });
  }

  /// The reply to one request.
  wire_reply reply(uint64_t cookie) {
    std::lock_guard lock{mutex_};
    return replies_.at(cookie);
  }

  size_t count() {
    std::lock_guard lock{mutex_};
    return count_;
  }

  size_t calls() {
    std::lock_guard lock{mutex_};
    return calls_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<uint64_t, wire_reply> replies_;
  size_t count_ = 0;
  size_t calls_ = 0;
};

} // namespace tocsin::channels
