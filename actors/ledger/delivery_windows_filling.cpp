#include "actors/ledger/delivery_windows.hpp"
#include "actors/shared/event_of_delivery.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/repositories/delivery_repository.hpp"

#include <algorithm>

// What the windows read back from storage: what was owed at the start, and what found no room.

namespace tocsin {

namespace {

/// Retries fill at most this part of a window, so that first attempts always find room.
constexpr uint32_t retry_share = 2;

/// First attempts are due whatever the clock says: it may have been set back since they came.
constexpr timestamp always{std::chrono::milliseconds{253'402'300'799'999}};

/// Reads a due delivery with its event, which is taken from `known` where it is the same.
/// Errors: storage_corrupt where either is missing, and those of storage.
expected<due_delivery> find_due(const storage::transaction& tx, delivery_id id,
                                std::shared_ptr<const accepted_event> known) {
  auto found = storage::delivery_repository{tx}.find_without_outcome(id);
  if (!found)
    return found.error();
  if (!*found)
    return fail(errc::storage_corrupt, "no delivery for the due entry of " + to_string(id));
  auto& x = **found;
  if (!known || known->id != x.event) {
    auto event = read_event_of(tx, x);
    if (!event)
      return event.error();
    known = std::make_shared<const accepted_event>(std::move(*event));
  }
  return due_delivery{x.id, std::move(known), std::move(x.destination), x.attempts, owed_since(x)};
}

} // namespace

expected<void> delivery_windows::start(const storage::transaction& tx,
                                       const std::vector<channel_id>& channels, timestamp now) {
  storage::due_repository due{tx, tell_once()};
  for (auto& id : channels) {
    auto& w = windows_[id];
    for (auto klass : {storage::due_class::first_attempt, storage::due_class::retry}) {
      auto first = due.first_due(id, klass);
      if (!first && !storage::is_unreadable(first.error()))
        return first.error();
      // What cannot be read is met again, and told, when the window is filled.
      if (!first)
        w.more = true;
      else if (*first && **first > now && klass == storage::due_class::retry)
        set_alarm(id, w, w.alarm ? std::min(*w.alarm, **first) : **first);
      else if (*first)
        w.more = true;
    }
    touch(id, w);
  }
  return {};
}

expected<void> delivery_windows::fill(storage::environment& env, timestamp now) {
  if (is_paused_)
    return {};
  while (!alarms_.empty() && alarms_.begin()->first <= now) {
    auto channel = alarms_.begin()->second;
    auto& w = windows_[channel];
    set_alarm(channel, w, std::nullopt);
    w.more = true;
    touch(channel, w);
  }
  std::optional<expected<storage::read_transaction>> tx;
  expected<void> result;
  for (auto& channel : std::exchange(touched_, {})) {
    auto* touched = find(channel);
    if (touched == nullptr)
      continue;
    auto& w = *touched;
    w.touched = false;
    if (w.more && !w.worker && !w.asked) {
      w.asked = true;
      hooks_.ask_for_actor(channel);
    }
    expected<void> read;
    if (w.more && w.worker && room(w) > 0) {
      if (!tx)
        tx.emplace(begin_to_read(env));
      read = *tx ? refill(**tx, channel, w, now) : expected<void>{tx->error()};
      if (*tx)
        note_fault(channel, read);
    }
    if (!w.outbox.empty())
      hooks_.hand_over(channel, w.worker, std::exchange(w.outbox, {}));
    if (read)
      continue;
    // One channel that cannot be read does not keep the others from being filled. Where it was a
    // page that is damaged, LMDB reads nothing more in this transaction.
    if (tx && *tx)
      tx.reset();
    result = read;
    touch(channel, w);
  }
  return result;
}

expected<storage::read_transaction> delivery_windows::begin_to_read(storage::environment& env) {
  auto tx = env.read_unpublished();
  if (tx)
    storage_fault_.gone();
  else
    storage_fault_.met("what is due cannot be read: " + tx.error().detail);
  return tx;
}

/// Reports a key that is passed over when it is met for the first time.
storage::fault_sink delivery_windows::tell_once() {
  return [this](const std::string& what) {
    if (told_.insert(what).second)
      hooks_.report(what);
  };
}

/// Says why what a channel owes cannot be read, once, and when it can be again.
void delivery_windows::note_fault(channel_id id, const expected<void>& read) {
  auto known = faults_.find(id);
  if (read && known == faults_.end())
    return;
  if (read) {
    known->second.gone();
    faults_.erase(known);
    return;
  }
  auto owed = "what channel " + to_string(id) + " owes";
  if (known == faults_.end())
    known
      = faults_.try_emplace(id, hooks_.report, hooks_.report_recovery, owed + " can be read again")
          .first;
  known->second.met(owed + " cannot be read: " + read.error().detail);
}

expected<void> delivery_windows::refill(const storage::transaction& tx, channel_id id, window& w,
                                        timestamp now) {
  using enum storage::due_class;
  if (auto loaded = load(tx, id, w, first_attempt, always, room(w)); !loaded)
    return loaded;
  auto most_retries = std::max(w.size / retry_share, 1u);
  auto left = most_retries - std::min(most_retries, w.retries);
  if (auto loaded = load(tx, id, w, retry, now, std::min(left, room(w))); !loaded)
    return loaded;
  if (room(w) == 0)
    return {};
  // There was room for everything that is due, unless the retries' share is used up.
  w.more = w.retries >= most_retries;
  auto next = storage::due_repository{tx, tell_once()}.first_due(id, retry, not_to_hand_out(w));
  if (!next)
    return next.error();
  if (!w.more)
    set_alarm(id, w, *next);
  return {};
}

/// Loads up to `limit` of what is due, all of it where it is less. What cannot be read takes no
/// room: what is due behind it comes in its place.
expected<void> delivery_windows::load(const storage::transaction& tx, channel_id id, window& w,
                                      storage::due_class klass, timestamp now, uint32_t limit) {
  std::shared_ptr<const accepted_event> carried;
  auto is_end = false;
  storage::due_repository due{tx, tell_once()};
  while (limit > 0 && !is_end) {
    auto entries = due.next(id, klass, now, limit, not_to_hand_out(w));
    if (!entries)
      return entries.error();
    is_end = entries->size() < limit;
    for (auto& entry : *entries) {
      auto found = find_due(tx, entry.delivery, carried);
      if (!found && storage::is_unreadable(found.error())) {
        // The others go on.
        w.quarantine.insert(entry.delivery);
        hooks_.report("a due delivery of channel " + to_string(id)
                      + " cannot be read: " + found.error().detail);
        continue;
      }
      if (!found)
        return found.error();
      carried = found->event;
      take_off(w, std::move(*found), klass == storage::due_class::retry);
      --limit;
    }
  }
  return {};
}

} // namespace tocsin
