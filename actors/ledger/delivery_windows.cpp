#include "actors/ledger/delivery_windows.hpp"

#include <algorithm>

namespace tocsin {

void delivery_windows::open(channel_id channel, const channel_actor& worker, uint32_t credit) {
  auto& w = windows_[channel];
  if (w.worker)
    w.earlier[w.worker.address()] = w.generation;
  begin_generation(w);
  w.worker = worker;
  w.size = credit;
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

void delivery_windows::worker_down(const caf::actor_addr& worker) {
  auto entry = channels_of_.extract(worker);
  if (!entry)
    return;
  for (auto& channel : entry.mapped()) {
    auto* w = find(channel);
    if (w == nullptr)
      continue;
    auto generation = w->generation;
    if (auto earlier = w->earlier.extract(worker)) {
      generation = earlier.mapped();
    } else if (w->worker.address() == worker) {
      begin_generation(*w);
      w->worker = nullptr;
      w->outbox.clear();
    } else {
      continue;
    }
    // What is only to be recorded stays in flight; all else is due again.
    std::erase_if(w->in_flight, [generation](const auto& x) {
      return x.second.generation == generation && !x.second.has_ended;
    });
    w->more = true;
    touch(channel, *w);
  }
}

void delivery_windows::offer(channel_id channel, due_delivery x) {
  auto& w = windows_[channel];
  if (!w.worker || w.more || is_paused_ || room(w) == 0)
    w.more = true;
  else
    take_off(w, std::move(x), false);
  touch(channel, w);
}

void delivery_windows::attempt_ended(channel_id channel, delivery_id id) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  if (auto found = w->in_flight.find(id); found != w->in_flight.end())
    found->second.has_ended = true;
}

void delivery_windows::attempt_recorded(channel_id channel, delivery_id id,
                                        std::optional<timestamp> retry_at) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  land(*w, id);
  if (retry_at && (!w->alarm || *retry_at < *w->alarm))
    set_alarm(channel, *w, retry_at);
  if (w->more)
    touch(channel, *w);
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
    auto found = w->in_flight.find(id);
    // What a successor has by now is not given back by the one before.
    if (found != w->in_flight.end() && (found->second.generation != w->generation) == has_successor)
      land(*w, id);
  }
  w->more = true;
  touch(channel, *w);
}

void delivery_windows::quarantine(channel_id channel, delivery_id id) {
  auto* w = find(channel);
  if (w == nullptr)
    return;
  land(*w, id);
  w->quarantine.insert(id);
  if (w->more)
    touch(channel, *w);
}

void delivery_windows::end_quarantine(channel_id channel, delivery_id id) {
  auto* w = find(channel);
  if (w == nullptr || w->quarantine.erase(id) == 0)
    return;
  w->more = true;
  touch(channel, *w);
}

void delivery_windows::note_due(channel_id channel, timestamp at) {
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

bool delivery_windows::is_quarantined(channel_id channel, delivery_id id) const {
  auto i = windows_.find(channel);
  return i != windows_.end() && i->second.quarantine.contains(id);
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

void delivery_windows::pause() {
  is_paused_ = true;
  for (auto& [id, w] : windows_) {
    for (auto& x : std::exchange(w.outbox, {})) {
      land(w, x.id);
      w.more = true;
    }
    if (w.more)
      touch(id, w);
    if (w.worker)
      hooks_.hand_over(id, w.worker, {});
  }
}

void delivery_windows::unpause() {
  is_paused_ = false;
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

/// What is in flight, and what is in quarantine.
storage::due_repository::id_sieve delivery_windows::not_to_hand_out(const window& w) {
  return
    [&w](const delivery_id& id) { return w.in_flight.contains(id) || w.quarantine.contains(id); };
}

delivery_windows::window* delivery_windows::find(channel_id id) {
  auto i = windows_.find(id);
  return i == windows_.end() ? nullptr : &i->second;
}

/// Gives a delivery to the window's worker.
void delivery_windows::take_off(window& w, due_delivery x, bool is_retry) {
  set_taken(w, w.taken + 1);
  w.retries += is_retry ? 1 : 0;
  w.in_flight.insert_or_assign(x.id, flight{w.generation, is_retry});
  w.outbox.push_back(std::move(x));
}

/// Takes a delivery from the worker that has it, if any has.
void delivery_windows::land(window& w, delivery_id id) {
  auto found = w.in_flight.extract(id);
  if (!found || found.mapped().generation != w.generation)
    return;
  set_taken(w, w.taken - 1);
  w.retries -= found.mapped().is_retry ? 1 : 0;
}

/// What is in flight is no longer the window's worker's.
void delivery_windows::begin_generation(window& w) {
  ++w.generation;
  set_taken(w, 0);
  w.retries = 0;
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
