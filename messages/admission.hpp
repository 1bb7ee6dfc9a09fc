#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <memory>
#include <utility>

namespace tocsin {

/// How many bytes of a request take one place at the door; events seldom exceed this.
inline constexpr size_t bytes_per_place = 4096;

/// How many places a request with this many events takes: one for each, or one for each
/// `bytes_per_place` if that is more. So a limit of places bounds both events and memory.
constexpr size_t places_of(size_t events, size_t bytes) {
  return std::max(events, bytes / bytes_per_place);
}

/// The places that an admitted request holds. They are given back when this is destroyed, which
/// may be after the end of the door.
class admitted {
public:
  /// Gives `places` back to `taken`, which already counts them.
  admitted(std::shared_ptr<std::atomic<size_t>> taken, size_t places)
    : taken_(std::move(taken)), places_(places) {}
  admitted(const admitted&) = delete;
  admitted& operator=(const admitted&) = delete;
  ~admitted() { taken_->fetch_sub(places_, std::memory_order_relaxed); }

private:
  std::shared_ptr<std::atomic<size_t>> taken_;
  size_t places_;
};

using admitted_ptr = std::shared_ptr<const admitted>;

/// Admission control for events. Counts the places of those that are admitted and not yet
/// committed, over all I/O threads. All members may be called from any thread.
class admission {
public:
  /// At most `limit` places may be taken by what waits for its commit.
  explicit admission(size_t limit) : limit_(limit) {}

  /// Lets in what takes this many places; nullptr if too many are taken. A request larger than the
  /// limit gets in when nothing else waits, else it never would.
  [[nodiscard]] admitted_ptr enter(size_t places) {
    auto taken = taken_->load(std::memory_order_relaxed);
    do {
      if (taken > 0 && taken + places > limit_)
        return nullptr;
    } while (!taken_->compare_exchange_weak(taken, taken + places, std::memory_order_relaxed));
    return std::make_shared<const admitted>(taken_, places);
  }

  /// How many places are taken.
  size_t taken() const { return taken_->load(std::memory_order_relaxed); }

  size_t limit() const { return limit_; }

  /// Admits nothing any more.
  void close() { closed_.store(true, std::memory_order_relaxed); }

  bool is_closed() const { return closed_.load(std::memory_order_relaxed); }

private:
  size_t limit_;
  std::shared_ptr<std::atomic<size_t>> taken_ = std::make_shared<std::atomic<size_t>>(0);
  std::atomic<bool> closed_{false};
};

} // namespace tocsin
