#pragma once

#include "messages/delivery.hpp"
#include "messages/timestamp.hpp"

#include <cstdint>
#include <span>

namespace tocsin::policy {

/// Whether the receiver of a delivery with these attempts may have it: one of them ended without
/// an answer, or with a delivery before it was sent again.
bool may_have_arrived(std::span<const attempt> attempts);

/// Spreads what is replayed over time, so that an endpoint which has just come back is not flooded.
class replay_pace {
public:
  /// The first is due at `from`; in every minute `per_minute` are, evenly apart. At least 1.
  replay_pace(timestamp from, uint32_t per_minute) : from_(from), per_minute_(per_minute) {}

  /// When the next one is due.
  timestamp next();

private:
  timestamp from_;
  uint32_t per_minute_;
  int64_t given_ = 0;
};

/// When a replay goes on that was interrupted after something due at `last`: a step of the pace
/// later, and not before `now`.
timestamp resumed_at(timestamp last, uint32_t per_minute, timestamp now);

} // namespace tocsin::policy
