#include "actors/history/delivery_log.hpp"

#include "actors/history/delivery_reading.hpp"
#include "actors/history/visible_history.hpp"
#include "actors/shared/event_of_delivery.hpp"
#include "actors/shared/metered.hpp"
#include "policy/delivery_plan.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/repositories/hourly_counts.hpp"
#include "storage/repositories/paging.hpp"

#include <fmt/format.h>

namespace tocsin {

namespace {

/// Leaves of the events in `shown` what is of `who`, so that a customer does not hear of others,
/// and none whose deliveries cannot be told.
expected<void> confine(const storage::transaction& tx, const recipient& who,
                       std::vector<accepted_event>& shown) {
  std::vector<accepted_event> own;
  for (auto& x : shown) {
    auto deliveries = storage::delivery_repository{tx}.of_event(x);
    if (!deliveries && !storage::is_unreadable(deliveries.error()))
      return deliveries.error();
    if (deliveries && confine(x, *deliveries, who))
      own.push_back(std::move(x));
  }
  shown = std::move(own);
  return {};
}

/// A page of `listed` with the events that its deliveries carry. It ends before the last of them
/// where the events are long.
expected<page<delivery_view>> with_events(const storage::transaction& tx, page<delivery> listed,
                                          const page_request& request) {
  page<delivery_view> result;
  storage::page_fill fill{request};
  delivery_id last_seen;
  for (auto& x : listed.entries) {
    if (fill.is_full()) {
      result.next_cursor = to_string(last_seen);
      return result;
    }
    last_seen = x.id;
    auto carried = read_listed_event_of(tx, x);
    if (!carried && !storage::is_unreadable(carried.error()))
      return carried.error();
    if (!carried)
      continue;
    result.entries.push_back({std::move(x), std::move(*carried), {}});
    fill.add(text_bytes(result.entries.back()));
  }
  result.next_cursor = std::move(listed.next_cursor);
  return result;
}

/// This many spans at most: an hour each for longer than a month.
constexpr int64_t most_spans = 1000;

/// The spans from the one that `since` lies in to the one that `now` lies in, counting nothing yet.
expected<delivery_summary> empty_summary(timestamp since, timestamp now, std::chrono::hours span) {
  auto first = since.time_since_epoch() / span;
  auto count = now.time_since_epoch() / span - first + 1;
  if (since > now || count > most_spans)
    return fail(errc::invalid_argument,
                fmt::format("'since' must lie in the past, and at most {} spans ago", most_spans));
  delivery_summary result{span, {}};
  for (int64_t i = 0; i < count; ++i)
    result.spans.push_back({timestamp{(first + i) * span}, {}});
  return result;
}

failure no_such_event(const std::string& id) {
  return fail(errc::not_found, fmt::format("there is no event {}", id));
}

} // namespace

caf::result<event_view> delivery_log_state::on_find_event(const find_event& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto found = storage::event_repository{*tx}.find_public(msg.id);
  if (!found)
    return to_error(found.error());
  if (!*found)
    return to_error(no_such_event(msg.id));
  auto deliveries = storage::delivery_repository{*tx}.of_event(**found);
  if (!deliveries)
    return to_error(deliveries.error());
  event_view result{std::move(**found), std::move(*deliveries)};
  if (msg.only_for) {
    auto who = find_viewer(*tx, *msg.only_for);
    if (!who)
      return to_error(who.error());
    if (!confine(result.value, result.deliveries, *who))
      return to_error(no_such_event(msg.id));
  }
  return result;
}

caf::result<page<accepted_event>> delivery_log_state::on_list_events(const list_events& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  if (!msg.only_for)
    return to_result(storage::event_repository{*tx}.list(msg.page, {}));
  auto who = find_viewer(*tx, *msg.only_for);
  if (!who)
    return to_error(who.error());
  auto listed = storage::event_repository{*tx}.list(
    msg.page, [&who](auto& x) { return policy::concerns(x.value, *who); });
  if (!listed)
    return to_error(listed.error());
  if (auto confined = confine(*tx, *who, listed->entries); !confined)
    return to_error(confined.error());
  return std::move(*listed);
}

caf::result<delivery_view> delivery_log_state::on_find_delivery(const find_delivery& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto found = read_delivery(*tx, msg.id);
  if (!found)
    return to_error(found.error());
  if (msg.only_for) {
    auto who = find_viewer(*tx, *msg.only_for);
    if (!who)
      return to_error(who.error());
    if (!is_visible_to(found->value, *who))
      return to_error(no_such_delivery(msg.id));
  }
  return std::move(*found);
}

caf::result<page<delivery_view>> delivery_log_state::on_list_deliveries(list_deliveries& msg) {
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  if (msg.only_for) {
    auto who = find_viewer(*tx, *msg.only_for);
    if (!who)
      return to_error(who.error());
    confine(msg.filter, *who);
  }
  if (auto named = use_all_names(*tx, msg.filter); !named)
    return to_error(named.error());
  auto listed = storage::delivery_repository{*tx}.list(msg.filter, msg.page);
  if (!listed)
    return to_error(listed.error());
  return to_result(with_events(*tx, std::move(*listed), msg.page));
}

caf::result<delivery_summary>
delivery_log_state::on_summarise_deliveries(const summarise_deliveries& msg) {
  auto until = now();
  auto result = empty_summary(msg.since.value_or(until - std::chrono::hours{24}), until, msg.span);
  if (!result)
    return to_error(result.error());
  auto tx = storage->read();
  if (!tx)
    return to_error(tx.error());
  auto first = result->spans.front().at;
  auto hours = storage::read_counts(*tx, first);
  if (!hours)
    return to_error(hours.error());
  for (auto& x : *hours)
    if (auto place = static_cast<size_t>((x.at - first) / msg.span); place < result->spans.size())
      result->spans[place].counts += x.counts;
  return std::move(*result);
}

delivery_log_actor::behavior_type
delivery_log(delivery_log_actor::stateful_pointer<delivery_log_state> self,
             const std::shared_ptr<storage::environment>& storage, const wall_clock& now,
             const std::shared_ptr<meter_board>& board) {
  using state = delivery_log_state;
  self->state.storage = storage;
  self->state.now = now;
  self->state.gauge = actor_gauge{*board, state::name};
  return {
    metered(self, &state::on_find_event),           metered(self, &state::on_list_events),
    metered(self, &state::on_find_delivery),        metered(self, &state::on_list_deliveries),
    metered(self, &state::on_summarise_deliveries),
  };
}

} // namespace tocsin
