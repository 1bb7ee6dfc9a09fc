#pragma once

#include <atomic>
#include <cstddef>
#include <memory>

namespace tocsin {

/// The door that events pass. It counts those between here and the commit, over all I/O threads.
/// All members may be called from any thread.
class admission {
public:
  /// At most `limit` events may wait for their commit.
  explicit admission(size_t limit) : limit_(limit) {}

  /// Lets `count` events in; false if too many are waiting. A request larger than the limit gets
  /// in when nothing else waits, else it never would.
  bool enter(size_t count) {
    auto waiting = waiting_->load(std::memory_order_relaxed);
    do {
      if (waiting > 0 && waiting + count > limit_)
        return false;
    } while (!waiting_->compare_exchange_weak(waiting, waiting + count, std::memory_order_relaxed));
    return true;
  }

  /// Takes back what `enter` counted, once the events are answered for.
  void leave(size_t count) { waiting_->fetch_sub(count, std::memory_order_relaxed); }

  /// Lets nothing in any more.
  void close() { closed_.store(true, std::memory_order_relaxed); }

  bool is_closed() const { return closed_.load(std::memory_order_relaxed); }

private:
  friend class admitted;

  size_t limit_;
  std::shared_ptr<std::atomic<size_t>> waiting_ = std::make_shared<std::atomic<size_t>>(0);
  std::atomic<bool> closed_{false};
};

/// Events that `door` has let in: takes back what `enter` counted when it goes, which may be after
/// the end of the door.
class admitted {
public:
  admitted(const admission& door, size_t count) : waiting_(door.waiting_), count_(count) {}
  admitted(const admitted&) = delete;
  admitted& operator=(const admitted&) = delete;
  ~admitted() { waiting_->fetch_sub(count_, std::memory_order_relaxed); }

private:
  std::shared_ptr<std::atomic<size_t>> waiting_;
  size_t count_;
};

} // namespace tocsin
