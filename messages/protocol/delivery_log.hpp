#pragma once

#include "messages/delivery.hpp"
#include "messages/delivery_counts.hpp"
#include "messages/delivery_filter.hpp"
#include "messages/page.hpp"
#include "messages/protocol/failure.hpp"

#include <caf/typed_actor.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tocsin {

/// Finds an event by the id of its receipt.
struct find_event {
  std::string id;
  /// Set: only if the event is one of this customer's services, and then with what concerns the
  /// customer alone.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// An event with what became of it.
struct event_view {
  accepted_event value;
  std::vector<delivery> deliveries;
};

/// Lists events, newest first, without their deliveries.
struct list_events {
  page_request page;
  /// Only those of this customer's services, where set; a page may hold fewer entries than its
  /// limit then and still have a next one.
  std::optional<recipient_id> only_for = std::nullopt;
};

struct find_delivery {
  delivery_id id;
  /// Only if it is for this recipient, where set.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// A delivery with the event it carries and the attempts made.
struct delivery_view {
  delivery value;
  event carried;
  std::vector<attempt> attempts;
};

/// Lists deliveries, newest first, without their attempts. A page may hold fewer entries than its
/// limit and still have a next one, where the filters let few through. One customer in the filter
/// stands for all names that it is registered under.
struct list_deliveries {
  delivery_filter filter;
  page_request page;
  /// Only those for this recipient, where set, whatever the filter asks for.
  std::optional<recipient_id> only_for = std::nullopt;
};

/// Asks what happened to deliveries from `since` to now, or in the last day if it is not set.
struct summarise_deliveries {
  std::optional<timestamp> since = std::nullopt;
  /// The length of each span, a whole number of hours.
  std::chrono::hours span = counted_hour;
};

/// What happened to all deliveries, also those that are removed by now, but for hours whose events
/// were all older than the retention.
struct delivery_summary {
  std::chrono::hours span{};
  /// Side by side, the oldest first; the first one holds the instant that was asked for and the
  /// last one now.
  std::vector<counted_span> spans;
};

/// Answers questions about events and deliveries, from its own read transactions.
/// Errors: not_found, invalid_argument (cursor, too many spans).
using delivery_log_actor
  = caf::typed_actor<caf::replies_to<find_event>::with<event_view>,
                     caf::replies_to<list_events>::with<page<accepted_event>>,
                     caf::replies_to<find_delivery>::with<delivery_view>,
                     caf::replies_to<list_deliveries>::with<page<delivery_view>>,
                     caf::replies_to<summarise_deliveries>::with<delivery_summary>>;

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_event)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::event_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_events)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::accepted_event>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::find_delivery)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::delivery_view)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::list_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::page<tocsin::delivery_view>)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::summarise_deliveries)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::delivery_summary)
