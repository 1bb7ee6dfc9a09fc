#pragma once

#include "http/caller.hpp"
#include "http/digest_hash.hpp"
#include "messages/access_epoch.hpp"

#include <chrono>
#include <unordered_map>

namespace tocsin::http {

/// Caches for a second who is behind a digest, so that not every request has to ask. Forgets all
/// entries as soon as anybody loses access, and an entry when its access expires. Unknown digests
/// are never cached. Each I/O thread has its own cache.
class access_cache {
public:
  using clock = std::chrono::steady_clock;

  static constexpr std::chrono::seconds lifetime{1};

  explicit access_cache(access_epoch epoch) : epoch_(std::move(epoch)) {}

  /// The epoch to pass to `put`, taken before asking the question that `put` stores the answer of:
  /// if somebody loses access in between, nothing is cached.
  uint64_t epoch() const { return epoch_->load(std::memory_order_acquire); }

  /// Finds an entry that was put in less than `lifetime` ago; nullptr if there is none.
  caller_ptr find(const sha256_digest& digest, clock::time_point now);

  /// Caches `x` for `span`, which is `lifetime`, or shorter if the access expires before.
  void put(const sha256_digest& digest, caller_ptr x, uint64_t asked_in, clock::time_point now,
           clock::duration span);

private:
  struct entry {
    caller_ptr value;
    clock::time_point until;
  };

  access_epoch epoch_;
  /// The epoch in which all entries were put in.
  uint64_t filled_in_ = 0;
  std::unordered_map<sha256_digest, entry, digest_hash> entries_;
};

} // namespace tocsin::http
