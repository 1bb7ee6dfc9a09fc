#include "actors/delivery/channel_worker.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace tocsin {

namespace {

/// How many deliveries an actor takes for each that may be in flight: enough to go on sending while
/// the ledger commits the outcomes of the last ones.
constexpr uint32_t taken_per_slot = 4;

outcome render_fault(std::string text) {
  return {outcome_class::rejected, attempt_stage::render, std::nullopt, "render", std::move(text)};
}

/// The number of the attempt that follows `attempts` counted ones; it stays at its highest.
uint16_t number_after(uint16_t attempts) {
  return attempts == UINT16_MAX ? attempts : static_cast<uint16_t>(attempts + 1);
}

} // namespace

void channel_worker_state::start(channel_actor::stateful_pointer<channel_worker_state> self,
                                 const channel_worker_options& options, channel_id id,
                                 std::shared_ptr<const channels::adapter> adapter,
                                 channels::pace pace) {
  self_ = self;
  options_ = options;
  id_ = id;
  adapter_ = std::move(adapter);
  inbox_ = std::make_shared<reply_inbox>(
    [owner = channel_actor{self}] { caf::anon_send(owner, replies_ready{}); });
  meter_ = options_.board->channel(id);
  meter_->in_flight = 0;
  bucket_.emplace(pace.per_second, pace.burst);
  gauge = actor_gauge{*options_.board, name};
  jitter_.seed(static_cast<std::minstd_rand::result_type>(std::hash<channel_id>{}(id)));
  self_->send(options_.ledger,
              open_window{id_, channel_actor{self}, options_.in_flight_limit * taken_per_slot});
}

void channel_worker_state::on_deliveries_due(deliveries_due& msg) {
  // What comes while draining is due again for the next actor of this channel.
  if (draining_)
    return;
  std::move(msg.deliveries.begin(), msg.deliveries.end(), std::back_inserter(waiting_));
  pump();
}

void channel_worker_state::on_replies_ready(const replies_ready&) {
  record_attempts made{id_, {}};
  auto now = options_.now();
  for (auto& [cookie, reply] : inbox_->take()) {
    auto entry = in_flight_.extract(cookie);
    if (!entry || reply.fault == channels::wire_fault::not_tried)
      continue;
    auto& x = entry.mapped();
    auto duration = std::chrono::ceil<std::chrono::milliseconds>(reply.duration);
    auto number = number_after(x.delivery.attempts);
    made.attempts.push_back(judge(x, classify(reply, number), now, duration));
    meter_->latency.add(reply.duration);
  }
  meter_->in_flight = in_flight_.size();
  if (!made.attempts.empty())
    self_->send(options_.ledger, std::move(made));
  pump();
}

void channel_worker_state::on_resume_sending(const resume_sending& msg) {
  if (msg.pause != pauses_)
    return;
  paused_until_.reset();
  pump();
}

void channel_worker_state::on_drain_channel(const drain_channel&) {
  draining_ = true;
  waiting_.clear();
  quit_if_done();
}

/// Sends what may be sent now.
void channel_worker_state::pump() {
  if (draining_)
    return quit_if_done();
  std::vector<channels::transport::job> jobs;
  auto now = options_.now();
  while (!waiting_.empty() && !paused_until_ && in_flight_.size() < options_.in_flight_limit) {
    if (!bucket_->take(now)) {
      pause_for(bucket_->wait(now));
      break;
    }
    auto x = std::move(waiting_.front());
    waiting_.pop_front();
    if (auto job = begin(std::move(x), now))
      jobs.push_back(std::move(*job));
  }
  meter_->in_flight = in_flight_.size();
  if (!jobs.empty())
    options_.transport->submit(inbox_, std::move(jobs));
  if (!unsent_.empty())
    self_->send(options_.ledger, record_attempts{id_, std::exchange(unsent_, {})});
}

/// Renders one delivery. What cannot be rendered poisons that delivery alone: it becomes a dead
/// letter, and the channel goes on.
std::optional<channels::transport::job> channel_worker_state::begin(due_delivery x, timestamp now) {
  sending entry{std::move(x), now};
  auto& delivery = entry.delivery;
  auto reject = [&](std::string why) {
    unsent_.push_back(judge(entry, render_fault(std::move(why)), now, {}));
    return std::nullopt;
  };
  try {
    auto request = adapter_->render({delivery.id, *delivery.event, delivery.destination, now});
    if (!request)
      return reject(request.error().detail);
    auto cookie = ++last_cookie_;
    in_flight_.emplace(cookie, std::move(entry));
    return channels::transport::job{cookie, std::move(*request)};
  } catch (const std::exception& fault) {
    return reject(fault.what());
  }
}

/// Makes the record of an attempt, and pauses the channel where the provider asks for it.
record_attempt channel_worker_state::judge(const sending& x, outcome result, timestamp ended_at,
                                           std::chrono::milliseconds duration) {
  auto number = number_after(x.delivery.attempts);
  auto jitter = std::uniform_real_distribution{}(jitter_);
  auto next
    = policy::decide(result, options_.retries, number, x.delivery.created_at, ended_at, jitter);
  if (result.kind == outcome_class::throttled)
    pause_for(result.wait.value_or(std::chrono::seconds{1}));
  record_attempt made{{x.delivery.id, number, x.started_at, duration, std::move(result)},
                      id_,
                      next.state,
                      next.due_at,
                      next.counts};
  count(made);
  return made;
}

/// A reply that cannot be judged leaves it open whether the provider has the message.
outcome channel_worker_state::classify(const channels::wire_reply& reply, uint16_t number) const {
  try {
    return adapter_->classify(reply, number);
  } catch (const std::exception& fault) {
    return {outcome_class::ambiguous, reply.stage, std::nullopt, "classify", fault.what()};
  }
}

void channel_worker_state::count(const record_attempt& x) {
  if (x.next == delivery_state::delivered)
    ++meter_->sent;
  else if (x.next == delivery_state::scheduled)
    ++meter_->retried;
  else
    ++meter_->failed;
}

void channel_worker_state::pause_for(std::chrono::milliseconds delay) {
  auto until = options_.now() + delay;
  if (paused_until_ && *paused_until_ >= until)
    return;
  paused_until_ = until;
  self_->delayed_send(self_, delay, resume_sending{++pauses_});
}

void channel_worker_state::quit_if_done() {
  if (in_flight_.empty())
    self_->quit();
}

channel_actor::behavior_type
channel_worker(channel_actor::stateful_pointer<channel_worker_state> self,
               const channel_worker_options& options, const channel& config,
               const std::shared_ptr<const channels::adapter>& adapter) {
  using state = channel_worker_state;
  self->state.start(self, options, config.id, adapter, channels::pace_of(config.type));
  return {
    metered(self, &state::on_deliveries_due),
    metered(self, &state::on_replies_ready),
    metered(self, &state::on_resume_sending),
    metered(self, &state::on_drain_channel),
  };
}

} // namespace tocsin
