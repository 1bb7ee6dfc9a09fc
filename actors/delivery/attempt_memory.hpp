#pragma once

#include "messages/ids.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace tocsin {

/// What a channel actor remembers of a delivery between its attempts.
struct attempt_notes {
  /// The rich form was refused: what is left of the tries goes out plain.
  bool goes_plain = false;
  /// Refusals that were not believed.
  uint16_t refusals = 0;

  friend bool operator==(const attempt_notes&, const attempt_notes&) = default;
};

/// The notes of one channel actor. They only make later attempts better: a crash loses them, and
/// when there are too many it starts over, so that a backlog costs no memory.
class attempt_memory {
public:
  static constexpr size_t most = 16'384;

  /// Without notes of `id`, none of any attempt.
  attempt_notes find(const delivery_id& id) const {
    auto i = notes_.find(id);
    return i == notes_.end() ? attempt_notes{} : i->second;
  }

  void keep(const delivery_id& id, const attempt_notes& x) {
    if (x == attempt_notes{})
      return forget(id);
    if (notes_.size() >= most && !notes_.contains(id))
      notes_.clear();
    notes_.insert_or_assign(id, x);
  }

  void forget(const delivery_id& id) { notes_.erase(id); }

private:
  std::unordered_map<delivery_id, attempt_notes> notes_;
};

} // namespace tocsin
