#pragma once

#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/id_range.hpp"

#include <chrono>
#include <optional>

namespace tocsin::storage {

/// Tells, for one kind of records that lie in the order of their ids, which of them have been kept
/// long enough. An id bears the instant at which its record was made, or a later one where the
/// clock had been set back before: records made then lie behind those made while it was ahead.
class expiry {
public:
  expiry(timestamp now, std::chrono::milliseconds kept_for) : now_(now), end_(now - kept_for) {}

  /// Whether a record made at `x` was kept long enough.
  bool is_over(timestamp x) const { return x < end_; }

  /// Where to look on behind a record that is not over: behind those of its age, or behind itself
  /// where it was made while the clock was ahead. Nothing if all that follow are younger.
  std::optional<ulid> look_on(const ulid& id, timestamp made_at) const {
    if (made_at > now_)
      return id.plus(1);
    auto ahead = first_id_at(now_ + std::chrono::milliseconds{1});
    return id < ahead ? std::optional{ahead} : std::nullopt;
  }

private:
  timestamp now_;
  timestamp end_;
};

} // namespace tocsin::storage
