#include "actors/ledger/delivery_ledger.hpp"
#include "actors/ledger/event_receipts.hpp"
#include "actors/shared/disk_trouble.hpp"

#include <memory>
#include <utility>
#include <variant>

// delivery_ledger_state, part 3: what follows for each entry of a group that was committed. What
// the ledger makes of its commands, and what is said to those who wait.

namespace tocsin {

/// Whoever is told that a change is done can rely on it: so the answer comes last.
void delivery_ledger_state::finish(storage::commit_entry& entry, waiter& whom) {
  if (entry.refusal)
    return refuse(entry, whom);
  for (size_t i = 0; i < entry.commands.size(); ++i)
    std::visit([&](const auto& x) { follow_up(x, entry.results[i]); }, entry.commands[i]);
  std::visit([&](auto& x) { answer(x, entry); }, whom);
}

void delivery_ledger_state::refuse(storage::commit_entry& entry, waiter& whom) {
  auto& first = entry.commands.front();
  if (std::holds_alternative<std::monostate>(whom))
    return std::visit([&](const auto& x) { give_up(x, *entry.refusal); }, first);
  if (auto* claim = std::get_if<claim_deliveries>(&first))
    quarantine(*claim, *entry.refusal);
  tell(whom, *entry.refusal);
}

void delivery_ledger_state::tell(waiter& whom, const failure& why) {
  struct {
    const failure& why;
    void operator()(std::monostate) const {}
    void operator()(event_promise& x) const { x.deliver(to_error(why)); }
    void operator()(channels_promise& x) const { x.deliver(to_error(why)); }
    void operator()(command_waiter& x) const { x.promise.deliver(to_error(why)); }
  } deliver{why};
  std::visit(deliver, whom);
}

void delivery_ledger_state::tell_listeners(const configuration_changed& notice) {
  for (auto& listener : listeners_)
    self_->send(listener, notice);
}

// What the ledger makes of commands that are stored.

void delivery_ledger_state::follow_up(const record_attempt& x, const command_result& result) {
  auto again = x.next == delivery_state::scheduled;
  windows_.attempt_recorded(x.channel, x.value.delivery,
                            again ? std::optional{x.due_at} : std::nullopt);
  if (!result.disabled_owner)
    return;
  // All hear of a channel that was disabled, as it was found dead, as of any change.
  windows_.suspend(x.channel);
  tell_listeners({*result.disabled_owner, x.channel, false});
}

void delivery_ledger_state::follow_up(const release_deliveries& x, const command_result&) {
  windows_.note_due(x.channel, x.at);
}

void delivery_ledger_state::follow_up(const resend_delivery& x, const command_result& result) {
  offer_again(x.id, x.at, result);
}

void delivery_ledger_state::follow_up(const replay_delivery& x, const command_result& result) {
  offer_again(x.id, x.at, result);
}

void delivery_ledger_state::offer_again(const delivery_id& id, timestamp at,
                                        const command_result& result) {
  auto channel = channel_of(id);
  if (!channel || !*channel)
    return;
  windows_.end_quarantine(**channel, id);
  if (result.affected != 0)
    windows_.note_due(**channel, at);
}

void delivery_ledger_state::follow_up(const put_channel& x, const command_result&) {
  if (x.value.enabled)
    windows_.resume(x.value.id);
}

void delivery_ledger_state::follow_up(const remove_channel& x, const command_result&) {
  windows_.forget(x.id);
  to_cancel_.push_back(x.id);
  cancel_next();
}

void delivery_ledger_state::follow_up(const cancel_due& x, const command_result& result) {
  cancelling_ = false;
  if (result.affected == 0)
    std::erase(to_cancel_, x.channel);
  cancel_next();
}

void delivery_ledger_state::follow_up(const put_pause& x, const command_result&) {
  set_pause(x.value);
}

void delivery_ledger_state::follow_up(const remove_pause&, const command_result&) {
  set_pause(std::nullopt);
}

// What it makes of those that storage refuses for good and nobody waits for, as those about records
// that cannot be read: it says so, and what else its channel owes goes on.

void delivery_ledger_state::give_up(const record_attempt& x, const failure& why) {
  options_.report("an attempt at delivery " + to_string(x.value.delivery)
                  + " cannot be recorded: " + why.detail);
  windows_.quarantine(x.channel, x.value.delivery);
}

void delivery_ledger_state::give_up(const release_deliveries& x, const failure& why) {
  options_.report("what channel " + to_string(x.channel)
                  + " did not come to send cannot be given back: " + why.detail);
}

void delivery_ledger_state::give_up(const cancel_due& x, const failure& why) {
  options_.report("what the removed channel " + to_string(x.channel)
                  + " owes cannot be cancelled: " + why.detail);
  cancelling_ = false;
  std::erase(to_cancel_, x.channel);
  cancel_next();
}

/// What cannot be claimed is not sent: it is left alone until the next start, and the others go on.
void delivery_ledger_state::quarantine(const claim_deliveries& x, const failure& why) {
  if (is_disk_trouble(why.code))
    return;
  options_.report("deliveries of channel " + to_string(x.channel)
                  + " cannot be claimed: " + why.detail);
  for (auto& id : x.ids)
    windows_.quarantine(x.channel, id);
}

// What is said to those who wait. The listeners hear of a change before the one who made it.

void delivery_ledger_state::answer(event_promise& whom, storage::commit_entry& entry) {
  events_accepted result;
  result.receipts.reserve(entry.commands.size());
  for (size_t i = 0; i < entry.commands.size(); ++i) {
    auto& x = std::get<accept_event>(entry.commands[i]);
    auto& stored = entry.results[i];
    if (stored.duplicate) {
      result.receipts.push_back(receipt_again(*options_.storage, x, stored.event));
      continue;
    }
    result.receipts.push_back(receipt_of(x));
    offer(std::move(x), stored.deliveries);
  }
  whom.deliver(std::move(result));
}

/// Hands an event on with its deliveries.
void delivery_ledger_state::offer(accept_event x, uint32_t deliveries) {
  auto carried = std::make_shared<const accepted_event>(
    accepted_event{x.id, std::move(x.value), x.accepted_at, deliveries, {}});
  for (uint32_t n = 0; n < x.deliveries.size(); ++n)
    if (auto& planned = x.deliveries[n]; planned.reason == suppression::none)
      windows_.offer(planned.channel, {delivery_id{x.id.plus(n + 1)}, carried,
                                       std::move(planned.destination), 0, x.accepted_at});
}

void delivery_ledger_state::answer(command_waiter& whom, storage::commit_entry& entry) {
  if (whom.notice)
    tell_listeners(*whom.notice);
  whom.promise.deliver(entry.results.front());
}

void delivery_ledger_state::answer(channels_promise& whom, storage::commit_entry& entry) {
  channels_stored result;
  for (size_t i = 0; i < entry.commands.size(); ++i) {
    auto& stored = std::get<put_channel>(entry.commands[i]).value;
    tell_listeners({stored.owner, stored.id, false});
    result.revisions.push_back(entry.results[i].revision);
  }
  whom.deliver(std::move(result));
}

} // namespace tocsin
