#pragma once

#include "storage/repositories/delivery_move.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

namespace tocsin {

/// The latest moves of deliveries, up to a fixed number of them; older ones make room. The ledger
/// writes it, the delivery feed reads it: neither waits for the other, and a feed that falls behind
/// costs no memory. Moves are numbered from 1 on. Thread-safe.
class move_ring {
public:
  /// Holds `capacity` moves, each about a hundred bytes. `wake` is called, by the one who appends,
  /// when moves come that `wait_behind` was called for.
  move_ring(size_t capacity, std::function<void()> wake);

  void append(const std::vector<storage::delivery_move>& moves);

  /// Up to `limit` moves behind `number`, oldest first; nothing if some of those behind it are
  /// gone, or if it is a number that was not given out yet.
  std::optional<std::vector<storage::delivery_move>> behind(uint64_t number, size_t limit) const;

  /// The number of the latest move; 0 while there was none.
  uint64_t last() const;

  /// Has `wake` called at the next move, unless one lies behind `number` already: then false.
  bool wait_behind(uint64_t number);

private:
  mutable std::mutex mutex_;
  std::function<void()> wake_;
  bool is_awaited_ = false;
  size_t capacity_;
  /// The move of number n lies at (n - 1) modulo `capacity_`.
  std::vector<storage::delivery_move> moves_;
  uint64_t last_ = 0;
};

} // namespace tocsin
