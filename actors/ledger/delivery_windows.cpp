#include "actors/ledger/delivery_windows.hpp"

#include <algorithm>

namespace tocsin {

void delivery_windows::open(channel_id channel, const channel_actor& worker, uint32_t credit) {
  auto& w = windows_[channel];
  if (w.worker && !w.in_flight.empty())
    w.left_behind[w.worker.address()] = own_in_flight(w);
  w.worker = worker;
  w.size = credit;
  set_taken(w, 0);
  w.asked = false;
  w.more = true;
  channels_of_[worker.address()].push_back(channel);
  touch(channel, w);
}

void delivery_windows::resize(channel_id channel, const channel_actor& worker, uint32_t credit) {
  auto* w = find(channel);
  // One that was suspended stays so.
  if (w == nullptr || w->worker != worker || w->size == 0)
    return;
  w->size = credit;
  if (w->more)
    touch(channel, *w);
}

void delivery_windows::closed(const caf::actor_addr& worker) {
  auto entry = channels_of_.extract(worker);
  if (!entry)
    return;
  for (auto& channel : entry.mapped()) {
    auto* found = find(channel);
    if (found == nullptr)
      continue;
    auto& w = *found;
    // What is being recorded stays with the worker that is gone; all else is due again.
    auto drop = [&w, &worker](const id_set& ids) {
      for (auto& id : ids) {
        if (w.recording.contains(id)) {
          w.left_behind[worker].insert(id);
        } else {
          w.in_flight.erase(id);
          w.retries.erase(id);
        }
      }
    };
    if (auto left = w.left_behind.extract(worker)) {
      drop(left.mapped());
    } else if (w.worker.address() == worker) {
      drop(own_in_flight(w));
      w.worker = nullptr;
      set_taken(w, 0);
      w.outbox.clear();
    }
    w.more = true;
    touch(channel, w);
  }
}

void delivery_windows::offer(channel_id channel, due_delivery x) {
  auto& w = windows_[channel];
  if (!w.worker || w.more || is_held_ || room(w) == 0) {
    w.more = true;
  } else {
    set_taken(w, w.taken + 1);
    w.in_flight.insert(x.id);
    w.outbox.push_back(std::move(x));
  }
  touch(channel, w);
}

void delivery_windows::recording(channel_id channel, delivery_id id) {
  if (auto* w = find(channel))
    w->recording.insert(id);
}

void delivery_windows::give_back(channel_id channel, const channel_actor& worker,
                                 const std::vector<delivery_id>& ids) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  auto has_successor = w->worker != worker;
  if (!has_successor)
    w->size = 0;
  for (auto& id : ids) {
    // What a successor has by now is not given back by the one before.
    if (has_successor && !take_left_behind(*w, id))
      continue;
    if (w->in_flight.erase(id) > 0 && !has_successor)
      free_slot(*w);
    w->retries.erase(id);
  }
  w->more = true;
  touch(channel, *w);
}

void delivery_windows::refused(channel_id channel, delivery_id id) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  auto left = take_left_behind(*w, id);
  w->recording.erase(id);
  if (w->in_flight.erase(id) > 0 && !left)
    free_slot(*w);
  w->retries.erase(id);
  w->resting.insert(id);
  if (w->more)
    touch(channel, *w);
}

void delivery_windows::recorded(channel_id channel, delivery_id id,
                                std::optional<timestamp> retry_at) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  auto left = take_left_behind(*w, id);
  w->recording.erase(id);
  if (w->in_flight.erase(id) > 0 && !left)
    free_slot(*w);
  w->retries.erase(id);
  if (retry_at && (!w->alarm || *retry_at < *w->alarm))
    set_alarm(channel, *w, retry_at);
  if (w->more)
    touch(channel, *w);
}

void delivery_windows::wake(channel_id channel, delivery_id id) {
  auto* w = find(channel);
  if (w == nullptr || w->resting.erase(id) == 0)
    return;
  w->more = true;
  touch(channel, *w);
}

void delivery_windows::owes(channel_id channel, timestamp at) {
  auto& w = windows_[channel];
  if (!w.alarm || at < *w.alarm)
    set_alarm(channel, w, at);
}

void delivery_windows::suspend(channel_id channel) {
  if (auto* w = find(channel))
    w->size = 0;
}

void delivery_windows::resume(channel_id channel) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  w->asked = false;
  w->more = true;
  touch(channel, *w);
}

bool delivery_windows::is_in_flight(channel_id channel, delivery_id id) const {
  auto i = windows_.find(channel);
  return i != windows_.end() && i->second.in_flight.contains(id);
}

bool delivery_windows::is_resting(channel_id channel, delivery_id id) const {
  auto i = windows_.find(channel);
  return i != windows_.end() && i->second.resting.contains(id);
}

void delivery_windows::forget(channel_id channel) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  set_alarm(channel, *w, std::nullopt);
  set_taken(*w, 0);
  windows_.erase(channel);
  faults_.erase(channel);
}

void delivery_windows::hold() {
  is_held_ = true;
  for (auto& [id, w] : windows_) {
    for (auto& x : std::exchange(w.outbox, {})) {
      w.in_flight.erase(x.id);
      w.retries.erase(x.id);
      set_taken(w, w.taken - 1);
      w.more = true;
    }
    if (w.more)
      touch(id, w);
    if (w.worker)
      hooks_.hand_over(id, w.worker, {});
  }
}

void delivery_windows::release() {
  is_held_ = false;
  for (auto& [id, w] : windows_)
    if (w.worker)
      hooks_.hand_over(id, w.worker, {});
}

std::optional<timestamp> delivery_windows::next_alarm() const {
  if (alarms_.empty())
    return std::nullopt;
  return alarms_.begin()->first;
}

uint32_t delivery_windows::room(const window& w) const {
  auto own = w.size - std::min(w.size, w.taken);
  auto shared = most_loaded - std::min(most_loaded, loaded_);
  return std::min(own, std::max(shared, guaranteed - std::min(guaranteed, w.taken)));
}

/// Takes `id` out of what earlier workers have in flight. Returns whether it was there.
bool delivery_windows::take_left_behind(window& w, delivery_id id) {
  auto found = false;
  for (auto& [addr, ids] : w.left_behind)
    found = ids.erase(id) > 0 || found;
  if (found)
    std::erase_if(w.left_behind, [](auto& x) { return x.second.empty(); });
  return found;
}

/// What is in flight, and what rests.
storage::due_repository::id_sieve delivery_windows::not_to_hand_out(const window& w) {
  return [&w](const delivery_id& id) { return w.in_flight.contains(id) || w.resting.contains(id); };
}

/// What the window's worker has in flight, without what earlier ones have.
delivery_windows::id_set delivery_windows::own_in_flight(const window& w) {
  auto result = w.in_flight;
  for (auto& [addr, ids] : w.left_behind)
    for (auto& id : ids)
      result.erase(id);
  return result;
}

/// How many retries the window's worker has in flight.
uint32_t delivery_windows::own_retries(const window& w) {
  auto result = w.retries.size();
  for (auto& [addr, ids] : w.left_behind)
    for (auto& id : ids)
      result -= w.retries.count(id);
  return static_cast<uint32_t>(result);
}

delivery_windows::window* delivery_windows::find(channel_id id) {
  auto i = windows_.find(id);
  return i == windows_.end() ? nullptr : &i->second;
}

void delivery_windows::free_slot(window& w) {
  set_taken(w, std::max(w.taken, 1u) - 1);
}

void delivery_windows::set_taken(window& w, uint32_t count) {
  loaded_ += count - w.taken;
  w.taken = count;
}

void delivery_windows::touch(channel_id id, window& w) {
  if (std::exchange(w.touched, true))
    return;
  touched_.push_back(id);
}

void delivery_windows::set_alarm(channel_id id, window& w, std::optional<timestamp> at) {
  if (w.alarm)
    alarms_.erase({*w.alarm, id});
  w.alarm = at;
  if (at)
    alarms_.emplace(*at, id);
}

} // namespace tocsin
