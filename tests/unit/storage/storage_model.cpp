#include "tests/unit/storage/storage_model.hpp"

#include <algorithm>
#include <tuple>

namespace tocsin::storage {

namespace {

command_result done(uint64_t value) {
  command_result result;
  result.value = value;
  return result;
}

bool waits(const delivery& x) {
  return x.state == delivery_state::pending || x.state == delivery_state::scheduled;
}

bool is_owed(const delivery& x) {
  return waits(x) || x.state == delivery_state::attempting;
}

int rank(delivery_state x) {
  return x == delivery_state::pending ? 0 : x == delivery_state::scheduled ? 1 : 2;
}

auto content(const event& x) {
  return std::tie(x.type, x.service, x.customer, x.message, x.details);
}

bool is_customer(const recipient_id& x) {
  return x.kind == recipient_kind::customer;
}

} // namespace

std::vector<const delivery*> storage_model::owed(const channel_id& id) const {
  std::vector<const delivery*> result;
  for (auto& [key, x] : deliveries)
    if (x.value.channel == id && is_owed(x.value))
      result.push_back(&x.value);
  auto order = [](const delivery* x) { return std::make_tuple(rank(x->state), x->due_at, x->id); };
  std::sort(result.begin(), result.end(), [&](auto* x, auto* y) { return order(x) < order(y); });
  return result;
}

std::vector<const delivery*> storage_model::dead_letters() const {
  std::vector<const delivery*> result;
  for (auto& [key, x] : deliveries)
    if (x.value.state == delivery_state::dead_letter)
      result.push_back(&x.value);
  auto order = [](const delivery* x) { return std::make_tuple(x->channel, x->finished_at, x->id); };
  std::sort(result.begin(), result.end(), [&](auto* x, auto* y) { return order(x) < order(y); });
  return result;
}

void storage_model::forget_if_paid(const channel_id& id) {
  if (owed(id).empty())
    leaving.erase(id);
}

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
    auto ids_differ
      = !x.value.id.empty() && !known->value.id.empty() && x.value.id != known->value.id;
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
  if (!is_owed(y) || (!x.fault && x.interrupted && y.state != delivery_state::attempting))
    return done(0);
  auto made = x.value;
  made.number = number;
  attempts[number] = made;
  y.state = next;
  y.attempts = static_cast<uint16_t>(y.attempts + (x.counts ? 1 : 0));
  y.last_code = made.result.code;
  y.last_text = made.result.text;
  if (is_owed(y))
    y.due_at = x.due_at;
  else
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
      result.disabled_channel = true;
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
  if (x.only_dead_letter && y.state != delivery_state::dead_letter)
    return y.state == delivery_state::attempting ? errc::in_flight : errc::conflict;
  if (x.unless_delivered && y.state == delivery_state::delivered)
    return errc::conflict;
  if (x.unless_cancelled && y.state == delivery_state::cancelled)
    return errc::conflict;
  if (y.state == delivery_state::pending || y.state == delivery_state::attempting)
    return done(0);
  if (y.state != delivery_state::scheduled) {
    if (!channels.contains(y.channel))
      return errc::conflict;
    y.state = x.as_retry ? delivery_state::scheduled : delivery_state::pending;
    y.attempts = 0;
    y.reason = suppression::none;
    y.resent_at = x.at;
    y.finished_at = {};
    y.note.clear();
  }
  y.due_at = x.due_at;
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

storage_model::answer storage_model::on(const put_channel& x) {
  auto& id = x.value.id;
  auto found = channels.find(id);
  if (x.expected_revision == 0) {
    if (found != channels.end() || leaving.contains(id))
      return errc::already_exists;
  } else {
    if (found == channels.end())
      return errc::not_found;
    auto& before = found->second.value;
    if (before.revision != x.expected_revision)
      return errc::revision_mismatch;
    if (before.owner != x.value.owner || before.type != x.value.type)
      return errc::invalid_argument;
  }
  if (x.value.name.empty())
    return errc::invalid_argument;
  for (auto& [other, y] : channels)
    if (other != id && y.value.owner == x.value.owner && y.value.name == x.value.name)
      return errc::already_exists;
  if (!recipients.contains(x.value.owner))
    return errc::invalid_argument;
  auto value = x.value;
  value.settings.clear();
  value.revision = x.expected_revision + 1;
  channels[id] = {value, x.sealed_settings};
  return done(value.revision);
}

storage_model::answer storage_model::on(const remove_channel& x) {
  auto found = channels.find(x.id);
  if (found == channels.end())
    return errc::not_found;
  if (x.expected_revision && *x.expected_revision != found->second.value.revision)
    return errc::revision_mismatch;
  channels.erase(found);
  leaving.insert(x.id);
  forget_if_paid(x.id);
  return done(0);
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

storage_model::answer storage_model::on(const put_recipient& x) {
  auto& id = x.value.id;
  auto found = recipients.find(id);
  if (x.expected_revision == 0) {
    if (found != recipients.end())
      return errc::already_exists;
  } else {
    if (found == recipients.end())
      return errc::not_found;
    if (found->second.revision != x.expected_revision)
      return errc::revision_mismatch;
  }
  if (is_customer(id))
    for (auto& [other, y] : recipients)
      if (is_customer(other) && other != id)
        for (auto& name : {id.name, x.value.display_name})
          if (!name.empty() && (name == other.name || name == y.display_name))
            return errc::already_exists;
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  if (found != recipients.end() && found->second.portal_enabled && !value.portal_enabled)
    lock_out(id);
  recipients[id] = value;
  return done(value.revision);
}

storage_model::answer storage_model::on(const remove_recipient& x) {
  auto found = recipients.find(x.id);
  if (found == recipients.end())
    return errc::not_found;
  if (x.expected_revision && *x.expected_revision != found->second.revision)
    return errc::revision_mismatch;
  for (auto& [id, y] : channels)
    if (y.value.owner == x.id)
      return errc::already_exists;
  recipients.erase(found);
  preferences.erase(x.id);
  lock_out(x.id);
  if (x.id.kind == recipient_kind::admin)
    passwords.erase(x.id.name);
  return done(0);
}

storage_model::answer storage_model::on(const put_preference& x) {
  auto& id = x.value.recipient;
  if (!recipients.contains(id))
    return errc::not_found;
  auto found = preferences.find(id);
  if ((found == preferences.end() ? 0 : found->second.revision) != x.expected_revision)
    return errc::revision_mismatch;
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  preferences[id] = value;
  return done(value.revision);
}

storage_model::answer storage_model::on(const put_token& x) {
  for (auto& [id, y] : tokens)
    if (id != x.value.id && y.digest == x.value.digest)
      return errc::already_exists;
  tokens[x.value.id] = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const remove_token& x) {
  if (tokens.erase(x.id) == 0)
    return errc::not_found;
  return done(0);
}

storage_model::answer storage_model::on(const note_token_use& x) {
  auto found = tokens.find(x.id);
  if (found == tokens.end())
    return done(0);
  auto& last = found->second.last_used_at;
  if (!last || *last < x.at)
    last = x.at;
  return done(1);
}

void storage_model::lock_out(const recipient_id& who) {
  std::erase_if(sessions, [&](auto& each) { return each.second.who == who; });
  if (who.kind == recipient_kind::customer)
    std::erase_if(links, [&](auto& each) { return each.second.customer == who.name; });
}

storage_model::answer storage_model::on(const put_password& x) {
  recipient_id who{recipient_kind::admin, x.value.admin};
  if (!recipients.contains(who))
    return errc::not_found;
  lock_out(who);
  passwords[x.value.admin] = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const open_session& x) {
  if (!recipients.contains(x.value.who))
    return errc::not_found;
  if (!sessions.emplace(x.value.digest, x.value).second)
    return errc::already_exists;
  return done(1);
}

storage_model::answer storage_model::on(const note_session_use& x) {
  auto found = sessions.find(x.digest);
  if (found == sessions.end())
    return done(0);
  if (found->second.last_used_at < x.at)
    found->second.last_used_at = x.at;
  return done(1);
}

storage_model::answer storage_model::on(const close_session& x) {
  return done(sessions.erase(x.digest));
}

storage_model::answer storage_model::on(const put_portal_link& x) {
  auto found = recipients.find({recipient_kind::customer, x.value.customer});
  if (found == recipients.end())
    return errc::not_found;
  if (!found->second.portal_enabled)
    return errc::conflict;
  links[x.value.digest] = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const redeem_portal_link& x) {
  auto link = links.find(x.code);
  if (link == links.end() || link->second.expires_at <= x.value.created_at)
    return errc::not_found;
  recipient_id who{recipient_kind::customer, link->second.customer};
  if (x.value.who != who || !recipients.contains(who) || !recipients.at(who).portal_enabled)
    return errc::not_found;
  if (!sessions.emplace(x.value.digest, x.value).second)
    return errc::already_exists;
  links.erase(link);
  return done(1);
}

storage_model::answer storage_model::on(const put_event_type& x) {
  if (x.value.name.empty())
    return errc::invalid_argument;
  auto found = event_types.find(x.value.name);
  if (x.expected_revision == 0 && found != event_types.end())
    return errc::already_exists;
  if (x.expected_revision != 0 && found == event_types.end())
    return errc::not_found;
  if (found != event_types.end() && found->second.revision != x.expected_revision)
    return errc::revision_mismatch;
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  event_types[value.name] = value;
  return done(value.revision);
}

storage_model::answer storage_model::on(const remove_event_type& x) {
  auto found = event_types.find(x.name);
  if (found == event_types.end())
    return errc::not_found;
  if (x.expected_revision && *x.expected_revision != found->second.revision)
    return errc::revision_mismatch;
  event_types.erase(found);
  return done(0);
}

storage_model::answer storage_model::on(const put_pause& x) {
  auto length = x.value.until - x.value.since;
  if (length.count() <= 0 || length > longest_pause || x.value.reason.size() > max_reason_bytes)
    return errc::invalid_argument;
  pause = x.value;
  return done(1);
}

storage_model::answer storage_model::on(const remove_pause&) {
  auto was_there = pause.has_value();
  pause.reset();
  return done(was_there ? 1 : 0);
}

delivery_counts& storage_model::counts_at(timestamp x) {
  return counts[std::chrono::floor<std::chrono::hours>(x)];
}

size_t storage_model::prune(timestamp older_than) {
  size_t result = 0;
  for (auto each = events.begin(); each != events.end();) {
    auto& [id, x] = *each;
    // Events lie in the order of their ids, and the first young one ends the search.
    if (x.accepted_at >= older_than)
      break;
    auto size = static_cast<uint32_t>(x.deliveries.size());
    auto is_kept = false;
    for (uint32_t i = 1; i <= size; ++i)
      is_kept = is_kept || is_owed(deliveries.at(delivery_id{id.plus(i)}).value);
    if (is_kept) {
      ++each;
      continue;
    }
    for (uint32_t i = 1; i <= size; ++i)
      deliveries.erase(delivery_id{id.plus(i)});
    each = events.erase(each);
    ++result;
  }
  return result;
}

} // namespace tocsin::storage
