#pragma once

#include "messages/delivery_filter.hpp"
#include "messages/ids.hpp"
#include "messages/protocol/delivery_log.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace tocsin {

/// A place in the feed: behind the move `number`. Numbers count from 1 within one run of the feed,
/// and those of another run mean nothing to it. Positions rise with time, by run and then by
/// number.
struct feed_position {
  ulid run;
  uint64_t number = 0;

  friend auto operator<=>(const feed_position&, const feed_position&) = default;
};

/// Asks for the moves of deliveries behind `after`, oldest first; without it, only where the feed
/// is. Answered once there are some that pass, or at the latest after half a minute, then with
/// none.
struct follow_deliveries {
  /// By what `stop_following` calls the question off; nobody else's, and never in two at once.
  uint64_t reader = 0;
  std::optional<feed_position> after;
  /// But `since`, `until` and `recipient`. One customer in it stands for all names that it is
  /// registered under.
  delivery_filter filter;
  /// Only moves of deliveries for this recipient, where set, whatever the filter asks for.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// A delivery as one move left it, without its attempts.
struct delivery_moved {
  uint64_t number = 0;
  delivery_view value;
};

struct deliveries_moved {
  /// Whether `after` is no place that the feed can go on from: what came behind it is not known
  /// here. There are no moves then, and `position` is where the feed is now.
  bool has_gap = false;
  std::vector<delivery_moved> moves;
  /// Where to go on from; moves that did not pass are behind it as well.
  feed_position position;
};

/// Drops the question that a reader waits with, if it does.
struct stop_following {
  uint64_t reader = 0;
};

/// Tells the feed that the ledger has noted moves.
struct moves_noted {};

/// Makes the feed look whether anybody still reads, if it is in this run.
struct look_for_readers {
  ulid run;
};

/// Tells readers what happens to deliveries, from the first reader on.
/// Errors: those of storage.
using delivery_feed_actor
  = caf::typed_actor<caf::replies_to<follow_deliveries>::with<deliveries_moved>,
                     caf::reacts_to<stop_following>, caf::reacts_to<moves_noted>,
                     caf::reacts_to<look_for_readers>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::follow_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::deliveries_moved)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::stop_following)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::moves_noted)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::look_for_readers)
