#pragma once

#include "messages/author.hpp"
#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "messages/protocol/delivery_log.hpp"

#include <caf/typed_actor.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// Which dead letters are meant; what is not set lets everything pass.
struct dead_letter_selection {
  std::optional<channel_id> channel = std::nullopt;
  /// The exact code of the attempt that made it one; may be empty.
  std::optional<std::string> code = std::nullopt;
  std::string event_type = {};
  /// The customer's id or display name.
  std::string customer = {};
  /// Became one at `since` or later and before `until`.
  std::optional<timestamp> since = std::nullopt;
  std::optional<timestamp> until = std::nullopt;

  bool lets_all_through() const {
    return !channel && !code && event_type.empty() && customer.empty() && !since && !until;
  }
};

/// Lists dead letters, channel by channel, of each the newest first. A page may hold fewer entries
/// than its limit and still have a next one.
struct list_dead_letters {
  dead_letter_selection selection;
  page_request page;
};

/// A dead letter without its attempts.
struct dead_letter_view {
  delivery_view value;
  /// Whether an attempt ended without an answer, or with a delivery before it was sent again: then
  /// the receiver may already have it.
  bool may_duplicate = false;
};

/// Counts dead letters by channel and code, the largest group first. Event type and customer of
/// the selection play no part.
struct group_dead_letters {
  dead_letter_selection selection;
  page_request page;
};

struct dead_letter_summary {
  channel_id channel;
  std::string code;
  uint64_t count = 0;
  /// When the first and the last of them became dead letters.
  timestamp oldest{};
  timestamp newest{};
  /// The newest one, and the words of its last attempt.
  delivery_id sample;
  std::string sample_text;
};

/// What is to be done with dead letters: those named, or else those selected.
struct dead_letter_choice {
  /// At most `most_ids`.
  std::vector<delivery_id> ids;
  dead_letter_selection selection;
  /// Where the request before left off in a selection; empty to begin.
  std::string cursor;
  /// Only says what would be done.
  bool dry_run = false;

  static constexpr size_t most_ids = 1000;
};

/// Sends dead letters again, each under its own id, as retries that are due one after the other.
struct replay_chosen {
  dead_letter_choice choice;
  /// How many become due in a minute, over all channels; 1 to 60,000.
  uint32_t per_minute = default_per_minute;
  author by = {};

  /// Ten a second, for an endpoint that has just come back. Channels whose providers publish lower
  /// rates keep to those.
  static constexpr uint32_t default_per_minute = 600;
};

/// Gives dead letters up for good.
struct discard_chosen {
  dead_letter_choice choice;
  /// In the operator's words, 1 to 500 bytes.
  std::string reason;
  author by = {};
};

/// A dead letter that was named and left alone.
struct refused_dead_letter {
  delivery_id id;
  failure why;
};

/// How far a request came. What it did is durable.
struct dead_letters_done {
  /// Dead letters that were found.
  uint64_t matched = 0;
  /// Those that were moved; none in a dry run.
  uint64_t moved = 0;
  /// Those that were no dead letters any more, have no channel any more or cannot be read.
  uint64_t skipped = 0;
  /// Those of `matched` that the receiver may have.
  uint64_t may_duplicate = 0;
  /// When the first and the last of a replay are due; nothing where there is none.
  std::optional<timestamp> first_due_at;
  std::optional<timestamp> last_due_at;
  /// Why named ones were skipped.
  std::vector<refused_dead_letter> refused;
  /// Where the next request goes on; empty once all are done.
  std::string next_cursor;
  /// Why it ended before its time, where it did.
  std::optional<failure> stopped_by;
};

/// Shows dead letters and works them off. A request looks at no more than a bounded number of them
/// and says where the next one goes on; each is moved only if it still is a dead letter at that
/// moment, so that every request can be repeated.
/// Errors: invalid_argument (cursor, reason), and those of the ledger while nothing was done.
using dead_letters_actor
  = caf::typed_actor<caf::replies_to<list_dead_letters>::with<page<dead_letter_view>>,
                     caf::replies_to<group_dead_letters>::with<page<dead_letter_summary>>,
                     caf::replies_to<replay_chosen>::with<dead_letters_done>,
                     caf::replies_to<discard_chosen>::with<dead_letters_done>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_dead_letters)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::dead_letter_view>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::group_dead_letters)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::dead_letter_summary>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::replay_chosen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::discard_chosen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::dead_letters_done)
