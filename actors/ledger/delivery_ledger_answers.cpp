#include "actors/ledger/delivery_ledger.hpp"
#include "actors/ledger/disk_trouble.hpp"
#include "storage/commands/earlier_acceptance.hpp"
#include "storage/repositories/delivery_repository.hpp"
#include "storage/repositories/event_repository.hpp"

#include <algorithm>

// delivery_ledger_state, part 2: what follows a commit. Who hears of it, and what the windows of
// the channels make of it.

namespace tocsin {

namespace {

/// Whether a change is one that the listeners want to hear of.
bool is_of_configuration(const command& x) {
  return std::holds_alternative<put_channel>(x) || std::holds_alternative<remove_channel>(x)
         || std::holds_alternative<put_recipient>(x) || std::holds_alternative<remove_recipient>(x)
         || std::holds_alternative<put_preference>(x);
}

/// What can be said of an event that was accepted before without reading it.
event_receipt bare_receipt(const accept_event& x, const event_id& known) {
  return {x.value.id.empty() ? to_string(known) : x.value.id, 0, true};
}

} // namespace

void delivery_ledger_state::finish(storage::commit_entry& entry, waiter& whom) {
  if (entry.refusal)
    return refuse(entry, whom);
  if (auto* events = std::get_if<event_promise>(&whom))
    return finish_submission(entry, *events);
  if (auto* channels = std::get_if<channels_promise>(&whom))
    return finish_channels(entry, *channels);
  finish_change(entry);
  if (auto* changed = std::get_if<command_waiter>(&whom))
    finish_command(entry, *changed);
}

void delivery_ledger_state::refuse(storage::commit_entry& entry, waiter& whom) {
  if (std::holds_alternative<std::monostate>(whom))
    return give_up(entry);
  if (std::holds_alternative<command_waiter>(whom))
    quarantine(entry);
  tell(whom, *entry.refusal);
}

void delivery_ledger_state::tell(waiter& whom, const failure& why) {
  if (auto* events = std::get_if<event_promise>(&whom))
    events->deliver(to_error(why));
  else if (auto* channels = std::get_if<channels_promise>(&whom))
    channels->deliver(to_error(why));
  else if (auto* changed = std::get_if<command_waiter>(&whom))
    changed->promise.deliver(to_error(why));
}

/// What nobody waits for and storage refuses for good, such as an attempt at a record that cannot
/// be read, is reported; the others of its channel go on.
void delivery_ledger_state::give_up(const storage::commit_entry& entry) {
  auto& x = entry.commands.front();
  if (auto made = std::get_if<record_attempt>(&x)) {
    options_.report("an attempt at delivery " + to_string(made->value.delivery)
                    + " cannot be recorded: " + entry.refusal->detail);
    windows_.quarantine(made->channel, made->value.delivery);
  } else if (auto unsent = std::get_if<release_deliveries>(&x)) {
    options_.report("what channel " + to_string(unsent->channel)
                    + " did not come to send cannot be given back: " + entry.refusal->detail);
  } else if (auto cancel = std::get_if<cancel_due>(&x)) {
    options_.report("what the removed channel " + to_string(cancel->channel)
                    + " owes cannot be cancelled: " + entry.refusal->detail);
    cancelling_ = false;
    std::erase(to_cancel_, cancel->channel);
    cancel_next();
  }
}

/// What cannot be claimed is not sent: it is left alone until the next start, and the others go on.
void delivery_ledger_state::quarantine(const storage::commit_entry& entry) {
  auto claim = std::get_if<claim_deliveries>(&entry.commands.front());
  if (claim == nullptr || is_disk_trouble(entry.refusal->code))
    return;
  options_.report("deliveries of channel " + to_string(claim->channel)
                  + " cannot be claimed: " + entry.refusal->detail);
  for (auto& id : claim->ids)
    windows_.quarantine(claim->channel, id);
}

void delivery_ledger_state::finish_submission(storage::commit_entry& entry,
                                              event_promise& promise) {
  events_accepted answer;
  answer.receipts.reserve(entry.commands.size());
  for (size_t i = 0; i < entry.commands.size(); ++i) {
    auto& x = std::get<accept_event>(entry.commands[i]);
    auto& result = entry.results[i];
    if (result.duplicate) {
      auto tx = options_.storage->read_unpublished();
      answer.receipts.push_back(tx ? receipt_again(*tx, x, result.event)
                                   : bare_receipt(x, result.event));
      continue;
    }
    auto id = x.value.id.empty() ? to_string(result.event) : x.value.id;
    auto planned = std::move(x.deliveries);
    auto carried = std::make_shared<const accepted_event>(
      accepted_event{x.id, std::move(x.value), x.accepted_at, result.deliveries, {}});
    uint32_t sent = 0;
    for (uint32_t n = 0; n < planned.size(); ++n) {
      if (planned[n].reason != suppression::none)
        continue;
      ++sent;
      delivery_id delivery{x.id.plus(n + 1)};
      windows_.offer(planned[n].channel,
                     {delivery, carried, std::move(planned[n].destination), 0, x.accepted_at});
    }
    answer.receipts.push_back({std::move(id), sent, false});
  }
  promise.deliver(std::move(answer));
}

void delivery_ledger_state::finish_attempts(const storage::commit_entry& entry) {
  auto& x = std::get<record_attempt>(entry.commands.front());
  auto again = x.next == delivery_state::scheduled;
  windows_.attempt_recorded(x.channel, x.value.delivery,
                            again ? std::optional{x.due_at} : std::nullopt);
  if (auto& owner = entry.results.front().disabled_owner)
    finish_disable(x.channel, *owner);
}

/// A channel was disabled with the attempt that found it dead: all hear of it as of any change.
void delivery_ledger_state::finish_disable(const channel_id& id, const recipient_id& owner) {
  windows_.suspend(id);
  for (auto& listener : listeners_)
    self_->send(listener, configuration_changed{owner, id, false});
}

/// Deliveries that wait again are to be handed out like all others.
void delivery_ledger_state::finish_moved(const command& x, const command_result& result) {
  if (auto given_back = std::get_if<release_deliveries>(&x)) {
    windows_.note_due(given_back->channel, given_back->at);
  } else if (auto again = std::get_if<resend_delivery>(&x)) {
    finish_resent(again->id, again->at, result);
  } else if (auto replayed = std::get_if<replay_delivery>(&x)) {
    finish_resent(replayed->id, replayed->at, result);
  } else if (auto stored = std::get_if<put_channel>(&x)) {
    if (stored->value.enabled)
      windows_.resume(stored->value.id);
  }
}

void delivery_ledger_state::finish_resent(const delivery_id& id, timestamp at,
                                          const command_result& result) {
  auto channel = channel_of(id);
  if (!channel || !*channel)
    return;
  windows_.end_quarantine(**channel, id);
  if (result.affected != 0)
    windows_.note_due(**channel, at);
}

void delivery_ledger_state::finish_pause(const command& x) {
  if (auto paused = std::get_if<put_pause>(&x))
    set_pause(paused->value);
  else if (std::holds_alternative<remove_pause>(x))
    set_pause(std::nullopt);
}

/// As for a single change, the listeners hear first.
void delivery_ledger_state::finish_channels(const storage::commit_entry& entry,
                                            channels_promise& promise) {
  channels_stored answer;
  for (size_t i = 0; i < entry.commands.size(); ++i) {
    auto& stored = std::get<put_channel>(entry.commands[i]).value;
    finish_moved(entry.commands[i], entry.results[i]);
    for (auto& listener : listeners_)
      self_->send(listener, configuration_changed{stored.owner, stored.id, false});
    answer.revisions.push_back(entry.results[i].revision);
  }
  promise.deliver(std::move(answer));
}

void delivery_ledger_state::finish_change(const storage::commit_entry& entry) {
  auto& x = entry.commands.front();
  if (std::holds_alternative<record_attempt>(x))
    return finish_attempts(entry);
  if (auto removed = std::get_if<remove_channel>(&x)) {
    windows_.forget(removed->id);
    to_cancel_.push_back(removed->id);
    cancel_next();
  } else if (std::holds_alternative<cancel_due>(x)) {
    finish_cancel(entry);
  } else {
    finish_moved(x, entry.results.front());
    finish_pause(x);
  }
}

/// The listeners hear first: whoever is told that a change is done can rely on it.
void delivery_ledger_state::finish_command(const storage::commit_entry& entry,
                                           command_waiter& whom) {
  if (is_of_configuration(entry.commands.front()))
    for (auto& listener : listeners_)
      self_->send(listener, whom.notice);
  whom.promise.deliver(entry.results.front());
}

void delivery_ledger_state::finish_cancel(const storage::commit_entry& entry) {
  cancelling_ = false;
  if (entry.results.front().affected == 0)
    std::erase(to_cancel_, std::get<cancel_due>(entry.commands.front()).channel);
  cancel_next();
}

failure delivery_ledger_state::no_room() {
  return fail(errc::storage_full, "what is left on the disk or of storage.map_limit is held back "
                                  "(storage.reserve): nothing new is taken until there is room, "
                                  "deliveries go on");
}

/// The receipts of events that were all accepted before. Errors: storage_full, where one is new.
expected<events_accepted>
delivery_ledger_state::recall(const std::vector<command>& commands) const {
  events_accepted result;
  auto tx = options_.storage->read_unpublished();
  if (!tx)
    return tx.error();
  for (auto& each : commands) {
    auto& x = std::get<accept_event>(each);
    auto earlier = storage::find_earlier_acceptance(*tx, x);
    if (!earlier)
      return earlier.error();
    if (!*earlier)
      return no_room();
    result.receipts.push_back(receipt_again(*tx, x, (*earlier)->event));
  }
  return result;
}

/// What the first receipt of an event said: the id it is stored under, whether or not its sender
/// gives that again, and how many deliveries were sent.
event_receipt delivery_ledger_state::receipt_again(const storage::transaction& tx,
                                                   const accept_event& x, const event_id& known) {
  auto result = bare_receipt(x, known);
  auto found = storage::event_repository{tx}.find(known);
  if (!found || !*found)
    return result;
  result.id = storage::public_id(**found);
  auto deliveries = storage::delivery_repository{tx}.of_event(**found);
  if (!deliveries)
    return result;
  auto was_sent = [](const delivery& each) { return each.state != delivery_state::suppressed; };
  result.deliveries
    = static_cast<uint32_t>(std::count_if(deliveries->begin(), deliveries->end(), was_sent));
  return result;
}

} // namespace tocsin
