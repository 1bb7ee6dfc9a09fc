#pragma once

#include "messages/ids.hpp"

#include <cstdint>
#include <unordered_map>

namespace tocsin::storage {

/// What `due_counts` holds of a channel; a channel has such a record from the day it is stored
/// until it is removed and owes nothing any more.
struct due_count {
  /// How many entries the channel has in `due`.
  uint64_t entries = 0;
  /// Whether the channel is gone and what it owes is still to be cancelled.
  bool is_removed = false;
};

/// The counts that a transaction changes, so that each channel's is read and stored once, and not
/// with each of its deliveries.
class due_tally {
public:
  /// What `channel` owes; nullptr where that was not changed.
  const due_count* find(const channel_id& channel) const {
    auto found = counts_.find(channel);
    return found == counts_.end() ? nullptr : &found->second;
  }

  void set(const channel_id& channel, const due_count& x) { counts_[channel] = x; }

  /// Takes over what another one changed.
  void add(const due_tally& x) {
    for (auto& [channel, count] : x.counts_)
      set(channel, count);
  }

  const std::unordered_map<channel_id, due_count>& counts() const { return counts_; }

private:
  std::unordered_map<channel_id, due_count> counts_;
};

} // namespace tocsin::storage
