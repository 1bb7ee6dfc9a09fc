#include "app/cli/event_wait.hpp"

#include "app/cli/json_text.hpp"
#include "app/cli/listing.hpp"
#include "app/cli/unreached_text.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ostream>

namespace tocsin::cli {

namespace {

using namespace std::chrono_literals;

/// Quick at first, since most deliveries end within a moment.
constexpr auto first_poll_pause = 50ms;
constexpr auto longest_poll_pause = 1000ms;

/// What a look that begins at the deadline has.
constexpr auto last_look = 1000ms;

enum class standing { open, ended, failed };

standing standing_of(const boost::json::value& delivery) {
  auto state = cell(delivery, "state");
  if (state == "delivered" || state == "suppressed")
    return standing::ended;
  return state == "dead_letter" || state == "cancelled" ? standing::failed : standing::open;
}

/// The worst standing of an event's deliveries; open ones go before failed ones.
standing standing_of_event(const boost::json::value& event) {
  auto result = standing::ended;
  if (const auto* deliveries = member(event, "deliveries").if_array())
    for (const auto& x : *deliveries) {
      auto one = standing_of(x);
      if (one == standing::open)
        return one;
      if (one == standing::failed)
        result = one;
    }
  return result;
}

bool reaches_nobody(const boost::json::value& event) {
  const auto* deliveries = member(event, "deliveries").if_array();
  return !deliveries || deliveries->empty();
}

std::string deliveries_text(const boost::json::value& event) {
  if (reaches_nobody(event))
    return unreached_text(event);
  return list_text(member(event, "deliveries"), {{"DELIVERY", "id"},
                                                 {"CHANNEL", "channel"},
                                                 {"RECIPIENT", "recipient"},
                                                 {"STATE", "state"},
                                                 {"ATTEMPTS", "attempts", align::right},
                                                 {"LAST CODE", "last_code"},
                                                 {"LAST TEXT", "last_text"}})
         + unreached_text(event);
}

/// Whether another look may get an answer: the service restarts, has too much to do or has a fault.
bool passes(const expected<http_reply>& x) {
  return !x || x->status == 429 || x->status >= 500;
}

/// Looks at the event until its deliveries have ended, or until `deadline`.
outcome<answer> look_until(session& on, const std::string& id,
                           std::chrono::steady_clock::time_point deadline) {
  for (auto pause = first_poll_pause;; pause = std::min(2 * pause, longest_poll_pause)) {
    auto reply = on.exchange({"GET", "/events/" + url_escape(id), {}, {}},
                             std::max(deadline, on.around().now() + last_look));
    bool late = on.around().now() >= deadline;
    if (late || !passes(reply)) {
      auto seen = on.read(std::move(reply));
      if (late || !seen || standing_of_event(seen->value) != standing::open)
        return seen;
    }
    auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - on.around().now());
    on.around().pause(std::clamp(left, 0ms, pause));
  }
}

} // namespace

exit_code wait_for_deliveries(session& on, const std::vector<std::string>& events,
                              std::chrono::seconds limit) {
  auto deadline = on.around().now() + limit;
  auto result = exit_code::ok;
  for (auto id = events.begin(); id != events.end(); ++id) {
    auto event = look_until(on, *id, deadline);
    if (!event)
      return on.fail_with(event.error(), fmt::format("these events were accepted all the same: {}",
                                                     fmt::join(id, events.end(), ", ")));
    auto now = standing_of_event(event->value);
    on.print(*event, deliveries_text);
    if (now == standing::open)
      on.fail_with(exit_code::not_delivered,
                   fmt::format("event {} was not delivered within {} s", *id, limit.count()));
    if (reaches_nobody(event->value))
      result = on.fail_with(exit_code::not_delivered, fmt::format("event {} reaches nobody", *id));
    if (now != standing::ended)
      result = exit_code::not_delivered;
  }
  return result;
}

} // namespace tocsin::cli
