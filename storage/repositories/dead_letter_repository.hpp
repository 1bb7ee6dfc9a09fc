#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/page.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/transaction.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::storage {

/// Which dead letters are meant; what is not set lets everything through.
struct dead_letter_filter {
  std::optional<channel_id> channel = std::nullopt;
  /// Those that became one at or after this instant.
  std::optional<timestamp> since = std::nullopt;
  /// Those that became one before this instant.
  std::optional<timestamp> until = std::nullopt;
  /// The code of the attempt that made it one, to the letter; it may be the empty one.
  std::optional<std::string> code = std::nullopt;
};

enum class dead_letter_order : uint8_t { oldest_first, newest_first };

/// A dead letter as the index knows it; `delivery_repository` has the rest.
struct dead_letter {
  delivery_id delivery;
  channel_id channel;
  /// When it became one.
  timestamp finished_at{};
  /// The code of the attempt that made it one.
  std::string code;
};

/// The cursor of a page that goes on after `x`.
std::string cursor_after(const dead_letter& x);

/// Dead letters of one channel and one code.
struct dead_letter_group {
  channel_id channel;
  std::string code;
  uint64_t count = 0;
  /// When the first and the last of them became one.
  timestamp first_at{};
  timestamp last_at{};
};

/// Reads the index of dead letters: every delivery in that state has one entry, and no other has.
/// Costs one step per dead letter it looks at, however many deliveries there are; those that the
/// channel and the instants of a filter rule out are stepped over at once.
/// Entries that cannot be read are left out. Errors everywhere: storage_io, storage_corrupt.
class dead_letter_repository {
public:
  explicit dead_letter_repository(const transaction& tx) : tx_(tx) {}

  /// One channel after the other, the dead letters of each in `order`; with a channel in `filter`
  /// so simply by time. Looks at no more than `max_scanned`, so that a page may hold fewer
  /// than its limit (even none) and still have a next one. A cursor stays good whatever happens to
  /// the dead letter it names. Errors: invalid_argument (cursor).
  expected<page<dead_letter>> list(const dead_letter_filter& filter, dead_letter_order order,
                                   const page_request& request,
                                   uint32_t max_scanned = 20'000) const;

  /// How many there are of each channel and code, by channel, then by code.
  expected<std::vector<dead_letter_group>> groups(const dead_letter_filter& filter) const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
