#include "actors/ledger/move_ring.hpp"

#include <algorithm>
#include <utility>

namespace tocsin {

move_ring::move_ring(size_t capacity, std::function<void()> wake)
  : wake_(std::move(wake)), capacity_(std::max<size_t>(capacity, 1)) {}

void move_ring::append(const std::vector<storage::delivery_move>& moves) {
  bool is_awaited = false;
  {
    std::lock_guard lock{mutex_};
    for (auto& x : moves) {
      if (moves_.size() < capacity_)
        moves_.push_back(x);
      else
        moves_[last_ % capacity_] = x;
      ++last_;
    }
    is_awaited = !moves.empty() && std::exchange(is_awaited_, false);
  }
  if (is_awaited)
    wake_();
}

std::optional<std::vector<storage::delivery_move>> move_ring::behind(uint64_t number,
                                                                     size_t limit) const {
  std::lock_guard lock{mutex_};
  if (number > last_ || last_ - number > moves_.size())
    return std::nullopt;
  std::vector<storage::delivery_move> result;
  auto end = number + std::min<uint64_t>(limit, last_ - number);
  result.reserve(end - number);
  for (auto i = number; i < end; ++i)
    result.push_back(moves_[i % capacity_]);
  return result;
}

uint64_t move_ring::last() const {
  std::lock_guard lock{mutex_};
  return last_;
}

bool move_ring::wait_behind(uint64_t number) {
  std::lock_guard lock{mutex_};
  if (last_ > number)
    return false;
  is_awaited_ = true;
  return true;
}

} // namespace tocsin
