#pragma once

#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/records/id_range.hpp"

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

  /// Whether a record was made while the clock was ahead of now.
  bool is_ahead(timestamp made_at) const { return made_at > now_; }

  /// Whether the last record of `db` is ahead, as far as it can be read. Then the clock is behind,
  /// and what follows the first that is ahead need not be looked at until it is right again.
  /// `made_at(key, value)` tells when a record was made.
  template <class MadeAt>
  bool is_last_ahead(const transaction& tx, database db, MadeAt made_at) const {
    auto at = tx.open_cursor(db);
    if (!at)
      return false;
    auto found = at->last();
    if (!found || !*found)
      return false;
    auto made = made_at(at->key(), at->value());
    return made && is_ahead(*made);
  }

  /// Where to look on behind a record that is not over: behind those of its age, or behind itself
  /// where it was made while the clock was ahead. Nothing if all that follow are younger, or the
  /// last one is ahead too.
  std::optional<ulid> look_on(const ulid& id, timestamp made_at, bool is_last_ahead) const {
    if (is_ahead(made_at))
      return is_last_ahead ? std::nullopt : std::optional{id.plus(1)};
    auto ahead = first_id_at(now_ + std::chrono::milliseconds{1});
    return id < ahead ? std::optional{ahead} : std::nullopt;
  }

private:
  timestamp now_;
  timestamp end_;
};

} // namespace tocsin::storage
