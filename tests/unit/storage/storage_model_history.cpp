#include "tests/unit/storage/storage_model.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>

namespace tocsin::storage {

namespace {

auto content(const event& x) {
  return std::tie(x.type, x.service, x.customer, x.message, x.details);
}

/// What has ended gets a schedule of its own.
void begin_anew(delivery& x, timestamp at) {
  x.attempts = 0;
  x.reason = suppression::none;
  x.resent_at = at;
  x.finished_at = {};
  x.note.clear();
}

} // namespace

const accept_event* storage_model::event_of_key(const std::string& key) const {
  if (!key.empty())
    for (auto& [id, x] : events)
      if (x.idempotency_key == key || x.value.id == key)
        return &x;
  return nullptr;
}

storage_model::answer storage_model::on(const accept_event& x) {
  auto* by_key = event_of_key(x.idempotency_key);
  auto* by_id = event_of_key(x.value.id);
  if (by_key && by_id && by_key != by_id)
    return errc::idempotency_conflict;
  if (auto* known = by_key ? by_key : by_id) {
    auto ids_differ = !x.value.id.empty() && x.value.id != known->value.id;
    if (ids_differ || content(x.value) != content(known->value))
      return errc::idempotency_conflict;
    command_result result;
    result.event = known->id;
    result.deliveries = static_cast<uint32_t>(known->deliveries.size());
    result.duplicate = true;
    return result;
  }
  if (events.contains(x.id))
    return errc::already_exists;
  for (uint32_t i = 1; i <= x.deliveries.size(); ++i)
    if (deliveries.contains(delivery_id{x.id.plus(i)}))
      return errc::already_exists;
  events.emplace(x.id, x);
  uint32_t place = 0;
  auto& sum = counts_at(x.accepted_at);
  for (auto& planned : x.deliveries) {
    delivery y;
    y.id = delivery_id{x.id.plus(++place)};
    y.event = x.id;
    y.channel = planned.channel;
    y.recipient = planned.recipient;
    y.destination = planned.destination;
    y.reason = planned.reason;
    y.created_at = x.accepted_at;
    y.state = planned.reason != suppression::none  ? delivery_state::suppressed
              : channels.contains(planned.channel) ? delivery_state::pending
                                                   : delivery_state::cancelled;
    if (is_owed(y))
      y.due_at = x.accepted_at;
    else
      y.finished_at = x.accepted_at;
    sum.suppressed += y.state == delivery_state::suppressed ? 1 : 0;
    sum.accepted += is_owed(y) ? 1 : 0;
    deliveries.emplace(y.id, modelled_delivery{y, {}});
  }
  command_result result;
  result.event = x.id;
  result.deliveries = place;
  return result;
}

storage_model::answer storage_model::on(const record_attempt& x) {
  auto found = deliveries.find(x.value.delivery);
  if (found == deliveries.end())
    return errc::not_found;
  auto& [y, attempts] = found->second;
  if (x.channel != y.channel || x.value.number == 0)
    return errc::invalid_argument;
  auto next = x.fault         ? delivery_state::scheduled
              : x.interrupted ? delivery_state::dead_letter
                              : x.next;
  if (next == delivery_state::suppressed || next == delivery_state::cancelled
      || next == delivery_state::attempting)
    return errc::invalid_argument;
  auto number = x.value.number;
  auto last = attempts.empty() ? uint16_t{0} : attempts.rbegin()->first;
  if (number <= last) {
    for (auto each : {number, last})
      if (attempts.contains(each) && attempts.at(each).started_at == x.value.started_at) {
        auto result = done(0);
        result.duplicate = true;
        return result;
      }
    number = static_cast<uint16_t>(last + 1);
  }
  auto comes_too_late = y.state == delivery_state::cancelled && !x.interrupted;
  if (!comes_too_late
      && (!is_owed(y) || (!x.fault && x.interrupted && y.state != delivery_state::attempting)))
    return done(0);
  auto made = x.value;
  made.number = number;
  auto is_throttled
    = [](const attempt& each) { return each.result.kind == outcome_class::throttled; };
  if (last != 0 && is_throttled(made) && is_throttled(attempts.at(last)))
    attempts.erase(last);
  attempts[number] = made;
  y.state = comes_too_late ? delivery_state::cancelled : next;
  y.attempts = static_cast<uint16_t>(y.attempts + (x.counts ? 1 : 0));
  y.last_code = made.result.code;
  y.last_text = made.result.text;
  if (is_owed(y))
    y.due_at = x.due_at;
  else if (!comes_too_late)
    y.finished_at = made.started_at + made.duration;
  auto& sum = counts_at(made.started_at + made.duration);
  auto kind = made.result.kind;
  ++(kind == outcome_class::delivered ? sum.delivered : sum.failed);
  sum.failed -= kind == outcome_class::throttled ? 1 : 0;
  sum.retried += is_owed(y) ? 1 : 0;
  sum.dead_letters += y.state == delivery_state::dead_letter ? 1 : 0;
  forget_if_paid(y.channel);
  auto result = done(1);
  auto channel = channels.find(y.channel);
  if (x.fault && channel != channels.end()) {
    auto& z = channel->second.value;
    if (z.enabled && z.revision == x.fault->revision) {
      z.enabled = false;
      z.disabled_reason = x.fault->reason;
      z.updated_at = made.started_at + made.duration;
      ++z.revision;
      result.disabled_owner = z.owner;
    }
  }
  return result;
}

std::variant<std::set<delivery*>, errc>
storage_model::claimable(const channel_id& channel, const std::vector<delivery_id>& ids,
                         bool are_claimed) {
  std::set<delivery*> result;
  auto sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  for (auto& id : sorted) {
    auto found = deliveries.find(id);
    if (found == deliveries.end())
      return errc::not_found;
    auto& y = found->second.value;
    if (y.channel != channel)
      return errc::invalid_argument;
    if (are_claimed ? y.state != delivery_state::attempting : !waits(y))
      return y.state == delivery_state::attempting ? errc::in_flight : errc::conflict;
    result.insert(&y);
  }
  return result;
}

storage_model::answer storage_model::on(const claim_deliveries& x) {
  auto found = claimable(x.channel, x.ids, false);
  if (auto* code = std::get_if<errc>(&found))
    return *code;
  auto& all = std::get<0>(found);
  for (auto* y : all) {
    y->state = delivery_state::attempting;
    y->due_at = x.at;
  }
  return done(all.size());
}

storage_model::answer storage_model::on(const release_deliveries& x) {
  auto found = claimable(x.channel, x.ids, true);
  if (auto* code = std::get_if<errc>(&found))
    return *code;
  auto& all = std::get<0>(found);
  for (auto* y : all) {
    y->state = y->attempts == 0 ? delivery_state::pending : delivery_state::scheduled;
    y->due_at = x.at;
  }
  return done(all.size());
}

storage_model::answer storage_model::on(const resend_delivery& x) {
  auto found = deliveries.find(x.id);
  if (found == deliveries.end())
    return errc::not_found;
  auto& y = found->second.value;
  if (x.unless_delivered && y.state == delivery_state::delivered)
    return errc::conflict;
  if (x.unless_cancelled && y.state == delivery_state::cancelled)
    return errc::conflict;
  if (y.state == delivery_state::pending || y.state == delivery_state::attempting)
    return done(0);
  if (y.state != delivery_state::scheduled) {
    if (!channels.contains(y.channel))
      return errc::conflict;
    y.state = delivery_state::pending;
    begin_anew(y, x.at);
  }
  y.due_at = x.at;
  return done(1);
}

storage_model::answer storage_model::on(const replay_delivery& x) {
  auto found = deliveries.find(x.id);
  if (found == deliveries.end())
    return errc::not_found;
  auto& y = found->second.value;
  if (y.state != delivery_state::dead_letter)
    return y.state == delivery_state::attempting ? errc::in_flight : errc::conflict;
  if (!channels.contains(y.channel))
    return errc::conflict;
  y.state = delivery_state::scheduled;
  begin_anew(y, x.at);
  y.due_at = x.at;
  return done(1);
}

storage_model::answer storage_model::on(const cancel_delivery& x) {
  if (x.reason.size() > 500)
    return errc::invalid_argument;
  auto found = deliveries.find(x.id);
  if (found == deliveries.end())
    return errc::not_found;
  auto& y = found->second.value;
  if (!waits(y))
    return y.state == delivery_state::attempting ? errc::in_flight : errc::conflict;
  y.state = delivery_state::cancelled;
  y.finished_at = x.at;
  if (!x.reason.empty())
    y.note = x.reason;
  forget_if_paid(y.channel);
  return done(1);
}

storage_model::answer storage_model::on(const discard_delivery& x) {
  if (x.reason.empty() || x.reason.size() > 500)
    return errc::invalid_argument;
  auto found = deliveries.find(x.id);
  if (found == deliveries.end())
    return errc::not_found;
  auto& y = found->second.value;
  if (y.state != delivery_state::dead_letter)
    return y.state == delivery_state::attempting ? errc::in_flight : errc::conflict;
  y.state = delivery_state::cancelled;
  y.finished_at = x.at;
  y.note = x.reason;
  return done(1);
}

storage_model::answer storage_model::on(const cancel_due& x) {
  if (channels.contains(x.channel))
    return errc::invalid_argument;
  auto all = owed(x.channel);
  all.resize(std::min<size_t>(all.size(), x.limit));
  for (auto* each : all) {
    auto& y = deliveries.at(each->id).value;
    y.state = delivery_state::cancelled;
    y.finished_at = x.at;
  }
  forget_if_paid(x.channel);
  return done(all.size());
}

delivery_counts& storage_model::counts_at(timestamp x) {
  return counts[std::chrono::floor<std::chrono::hours>(x)];
}

} // namespace tocsin::storage
