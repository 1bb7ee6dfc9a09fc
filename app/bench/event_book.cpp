#include "app/bench/event_book.hpp"

#include <algorithm>

namespace tocsin::bench {

void event_book::offer(const ticket& x) {
  entries_.resize(std::max<size_t>(entries_.size(), x.first + x.events));
  for (auto i = x.first; i < x.first + x.events; ++i)
    entries_[i].offered_at = x.offered_at;
}

void event_book::accept(const ticket& x, run_time at) {
  for (auto i = x.first; i < x.first + x.events; ++i) {
    auto& e = entries_[i];
    e.answered = answer::accepted;
    e.accepted_at = at;
    // The webhook may overtake the 202.
    if (e.arrivals < copies_)
      ++accepted_not_arrived_;
  }
  accepted_ += x.events;
  last_accepted_at_ = at;
}

void event_book::note_owed() {
  owed_ = {};
  for (auto& e : entries_) {
    e.is_owed = e.answered == answer::accepted && e.arrivals < copies_;
    owed_.events += e.is_owed ? 1 : 0;
  }
  owed_.left = owed_.events;
}

void event_book::refuse(const ticket& x) {
  for (auto i = x.first; i < x.first + x.events; ++i)
    entries_[i].answered = answer::refused;
}

void event_book::arrive(uint64_t number, run_time at) {
  last_arrived_at_ = at;
  if (number >= entries_.size()) {
    ++never_offered_;
    return;
  }
  auto& e = entries_[number];
  if (++e.arrivals != copies_)
    return;
  e.arrived_at = at;
  if (e.answered == answer::accepted)
    --accepted_not_arrived_;
  if (!e.is_owed)
    return;
  if (owed_.left-- == owed_.events)
    owed_.first_arrived_at = at;
  owed_.last_arrived_at = at;
}

event_counts event_book::counts() const {
  event_counts result;
  result.offered = entries_.size();
  result.foreign = foreign_;
  result.unexpected = never_offered_;
  for (const auto& e : entries_) {
    result.duplicates += e.arrivals > copies_ ? e.arrivals - copies_ : 0;
    switch (e.answered) {
    case answer::none: ++result.unanswered; break;
    case answer::refused:
      ++result.refused;
      result.unexpected += e.arrivals > 0 ? 1 : 0;
      break;
    case answer::accepted:
      ++result.accepted;
      ++(e.arrivals >= copies_ ? result.delivered : result.missing);
      break;
    }
  }
  return result;
}

event_latencies event_book::latencies() const {
  event_latencies result;
  auto ns = [](run_time x) { return static_cast<uint64_t>(std::max<int64_t>(x.count(), 0)); };
  for (const auto& e : entries_) {
    if (e.answered != answer::accepted)
      continue;
    result.accept.record(ns(e.accepted_at - e.offered_at));
    if (e.arrivals < copies_)
      continue;
    result.delivery.record(ns(e.arrived_at - e.accepted_at));
    result.total.record(ns(e.arrived_at - e.offered_at));
  }
  return result;
}

} // namespace tocsin::bench
