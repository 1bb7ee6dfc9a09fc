#include "actors/shared/meter.hpp"

#include <algorithm>
#include <utility>

namespace tocsin {

std::shared_ptr<actor_meter> meter_board::actor(std::string_view name) {
  std::lock_guard guard{mutex_};
  auto i = actors_.find(name);
  if (i == actors_.end())
    i = actors_.emplace(name, std::make_shared<actor_meter>()).first;
  return i->second;
}

std::shared_ptr<channel_meter> meter_board::channel(channel_id id) {
  std::lock_guard guard{mutex_};
  auto& result = channels_[id];
  if (!result)
    result = std::make_shared<channel_meter>();
  return result;
}

void channel_totals::add(const channel_meter& x) {
  attempts.delivered += x.sent;
  attempts.retried += x.retried;
  attempts.failed += x.failed;
  latency.add(x.latency);
  in_flight += x.in_flight;
}

void meter_board::forget(channel_id id) {
  std::lock_guard guard{mutex_};
  add_up_forgotten();
  if (auto entry = channels_.extract(id))
    forgotten_.push_back(std::move(entry.mapped()));
}

void meter_board::add_up_forgotten() {
  std::erase_if(forgotten_, [this](auto& x) {
    if (x.use_count() > 1)
      return false;
    // An actor that died left its requests in it.
    x->in_flight = 0;
    past_[x->type].add(*x);
    return true;
  });
}

std::map<channel_type, channel_totals> meter_board::totals() {
  std::map<channel_type, channel_totals> result;
  std::vector<std::shared_ptr<channel_meter>> meters;
  {
    std::lock_guard guard{mutex_};
    add_up_forgotten();
    result = past_;
    meters = forgotten_;
    for (auto& [id, meter] : channels_)
      meters.push_back(meter);
  }
  for (auto& x : meters)
    result[x->type].add(*x);
  return result;
}

void meter_board::show_certificates(std::vector<certificate_stats> x) {
  std::lock_guard guard{mutex_};
  certificates_ = std::move(x);
}

std::vector<certificate_stats> meter_board::certificates() const {
  std::lock_guard guard{mutex_};
  return certificates_;
}

std::vector<actor_stats> meter_board::actors() const {
  std::lock_guard guard{mutex_};
  std::vector<actor_stats> result;
  for (auto& [name, meter] : actors_)
    result.push_back({name, meter->instances,
                      static_cast<uint64_t>(std::max<int64_t>(meter->mailbox_depth, 0)),
                      meter->messages_handled, meter->restarts, meter->busy_ns / 1000});
  return result;
}

std::vector<std::pair<channel_id, std::shared_ptr<channel_meter>>> meter_board::channels() const {
  std::lock_guard guard{mutex_};
  return {channels_.begin(), channels_.end()};
}

actor_gauge::actor_gauge(meter_board& board, std::string_view name) : meter_(board.actor(name)) {
  ++meter_->instances;
}

actor_gauge::~actor_gauge() {
  if (!meter_)
    return;
  --meter_->instances;
  meter_->mailbox_depth -= last_depth_;
}

actor_gauge::handling::handling(actor_gauge& owner, size_t mailbox_depth)
  : meter_(*owner.meter_), begin_(std::chrono::steady_clock::now()) {
  auto depth = static_cast<int64_t>(mailbox_depth);
  meter_.mailbox_depth.fetch_add(depth - owner.last_depth_, std::memory_order_relaxed);
  owner.last_depth_ = depth;
  meter_.messages_handled.fetch_add(1, std::memory_order_relaxed);
}

actor_gauge::handling::~handling() {
  auto spent = std::chrono::steady_clock::now() - begin_;
  meter_.busy_ns.fetch_add(static_cast<uint64_t>(spent.count()), std::memory_order_relaxed);
}

} // namespace tocsin
