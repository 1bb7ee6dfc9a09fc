#pragma once

#include "messages/delivery.hpp"
#include "messages/event_catalogue.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace tocsin::channels {

/// One line of the table below a message, as text without any escaping.
struct fact {
  std::string label;
  std::string value;
};

/// The content of an event, ready to be laid out: the same for all channels that people read.
struct message_content {
  /// The outcome in two or three words: `Deployment failed`.
  std::string title;
  /// The outcome and the service: `Deployment failed: my-app`. One line.
  std::string headline;
  /// The sender's words, which may have several lines.
  std::string message;
  /// When it happened, for people.
  std::string time;
  /// Service, customer, details, time, in this order; only what there is.
  std::vector<fact> facts;
  /// How many details were left out of the facts because there are too many.
  size_t omitted = 0;
  event_severity severity = event_severity::info;
};

/// Where a provider limits the whole message: the room that facts keep, however long the event's
/// own message is, in the provider's units.
inline constexpr size_t kept_for_facts = 1500;
/// The room, in the same units, for the words that say how many facts were left out.
inline constexpr size_t kept_for_marker = 40;

/// At most this many details become facts.
inline constexpr size_t max_details = 100;
/// Details are read down to this many levels of objects; the outermost is the first.
inline constexpr size_t max_detail_depth = 4;
/// A fact is at most this many bytes long.
inline constexpr size_t max_fact_bytes = 2000;

/// Lays out `x`. All text comes cleaned; labels and the headline are single lines.
message_content content_of(const accepted_event& x);

/// `x` as lines of text without any formatting: the headline, the message, a line for each fact.
std::string plain_text(const message_content& x);

/// Flattens a JSON object into facts: keys of inner objects are joined with dots, plain lists
/// with commas, numbers keep their digits. What lies deeper than `max_detail_depth` is shown as an
/// ellipsis. Returns how many values were left out.
size_t append_details(std::vector<fact>& facts, std::string_view details);

/// The event type without its outcome, under which its mails are threaded: `deploy` for
/// `deploy.failure`, `service.health` for `service.health.down`.
std::string_view event_family(std::string_view type);

/// A key that events of one customer, service and family share, and others do not: 24 hexadecimal
/// digits.
std::string incident_key(const event& x);

/// The colour of a severity as 0xRRGGBB, legible on light and dark ground.
uint32_t colour_of(event_severity x);

} // namespace tocsin::channels
