#include "actors/delivery/channel_worker.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <bit>
#include <exception>
#include <utility>

namespace tocsin {

namespace {

/// How many deliveries an actor takes for each that may be in flight: enough to go on sending while
/// the ledger commits the outcomes of the last ones.
constexpr uint32_t taken_per_slot = 4;

/// Whether a mail server gave an answer about one mail, as greylisting does, and not about itself.
bool is_about_the_mail(const channels::wire_reply& x) {
  return x.fault == channels::wire_fault::none && x.step >= channels::smtp_step::mail;
}

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
                                 channels::pace pace, std::shared_ptr<provider_pause> pause) {
  self_ = self;
  options_ = options;
  id_ = id;
  adapter_ = std::move(adapter);
  inbox_ = std::make_shared<reply_inbox>(
    [owner = channel_actor{self}] { caf::anon_send(owner, replies_ready{}); });
  meter_ = options_.board->channel(id);
  meter_->in_flight = 0;
  meter_->breaker = breaker_.state();
  pause_ = std::move(pause);
  limit_ = policy::in_flight_limit{options_.most_in_flight};
  window_ = limit_.value() * taken_per_slot;
  bucket_.emplace(pace.per_second, pace.burst);
  gauge = actor_gauge{*options_.board, name};
  jitter_.seed(static_cast<std::minstd_rand::result_type>(std::hash<channel_id>{}(id)));
  self_->send(options_.ledger, open_window{id_, channel_actor{self}, window_});
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
  auto steady_now = options_.steady_now();
  auto used_up = in_flight_.size() >= limit_.value();
  for (auto& [cookie, reply] : inbox_->take()) {
    auto entry = in_flight_.extract(cookie);
    if (!entry || reply.fault == channels::wire_fault::not_tried)
      continue;
    auto& x = entry.mapped();
    auto duration = std::chrono::ceil<std::chrono::milliseconds>(reply.duration);
    auto number = number_after(x.delivery.attempts);
    auto result = classify(reply, number);
    learn(x, reply, result, used_up, steady_now);
    made.attempts.push_back(judge(x, std::move(result), now, duration));
    meter_->latency.add(reply.duration);
  }
  meter_->in_flight = in_flight_.size();
  meter_->breaker = breaker_.state();
  if (!made.attempts.empty())
    self_->send(options_.ledger, std::move(made));
  fit_window();
  pump();
}

void channel_worker_state::on_resume_sending(const resume_sending& msg) {
  if (msg.number != wakes_)
    return;
  wake_at_.reset();
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
  auto steady_now = options_.steady_now();
  while (!waiting_.empty() && in_flight_.size() < limit_.value()
         && breaker_.state() != policy::breaker_state::half_open) {
    if (auto wait = wait_before_sending(steady_now); wait.count() > 0) {
      wake_in(wait, steady_now);
      break;
    }
    bucket_->take(steady_now);
    auto x = std::move(waiting_.front());
    waiting_.pop_front();
    if (auto job = begin(std::move(x), now, steady_now))
      jobs.push_back(std::move(*job));
  }
  meter_->in_flight = in_flight_.size();
  meter_->breaker = breaker_.state();
  if (!jobs.empty())
    options_.transport->submit(inbox_, std::move(jobs));
  if (!unsent_.empty())
    self_->send(options_.ledger, record_attempts{id_, std::exchange(unsent_, {})});
}

/// How long nothing may be sent from `now` on.
std::chrono::milliseconds channel_worker_state::wait_before_sending(steady_time now) {
  auto paused = std::chrono::ceil<std::chrono::milliseconds>(pause_->until() - now);
  return std::max({paused, breaker_.wait(now), bucket_->wait(now)});
}

/// Makes the actor look again after `delay`, unless it does so earlier anyway.
void channel_worker_state::wake_in(std::chrono::milliseconds delay, steady_time now) {
  if (wake_at_ && *wake_at_ <= now + delay)
    return;
  wake_at_ = now + delay;
  self_->delayed_send(self_, delay, resume_sending{++wakes_});
}

/// Renders one delivery. What cannot be rendered poisons that delivery alone: it becomes a dead
/// letter, and the channel goes on.
std::optional<channels::transport::job> channel_worker_state::begin(due_delivery x, timestamp now,
                                                                    steady_time began) {
  sending entry{std::move(x), now, began};
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
    breaker_.sent();
    return channels::transport::job{cookie, std::move(*request)};
  } catch (const std::exception& fault) {
    return reject(fault.what());
  }
}

/// Learns from a reply how much the endpoint can take: from faults that are its own, but not from
/// what it says of a single message.
void channel_worker_state::learn(const sending& x, const channels::wire_reply& reply,
                                 const outcome& result, bool used_up, steady_time now) {
  if (reply.fault == channels::wire_fault::timed_out)
    limit_.timed_out(x.began, now);
  else if (result.kind == outcome_class::delivered)
    limit_.succeeded(used_up);
  if (result.kind == outcome_class::throttled)
    pause_->extend(now + result.wait.value_or(std::chrono::seconds{1}));
  auto failed = result.kind == outcome_class::retry || result.kind == outcome_class::ambiguous;
  if (failed && !is_about_the_mail(reply))
    breaker_.failed(x.began, now);
  else
    breaker_.answered();
}

/// Asks the ledger for as many deliveries as fit to the requests that may be under way, in powers
/// of two, so that it is not told of every step.
void channel_worker_state::fit_window() {
  auto fitting = std::min(std::bit_ceil(limit_.value()), options_.most_in_flight) * taken_per_slot;
  if (fitting == window_ || draining_)
    return;
  window_ = fitting;
  self_->send(options_.ledger, resize_window{id_, channel_actor{self_}, window_});
}

/// Makes the record of an attempt.
record_attempt channel_worker_state::judge(const sending& x, outcome result, timestamp ended_at,
                                           std::chrono::milliseconds duration) {
  auto number = number_after(x.delivery.attempts);
  auto jitter = std::uniform_real_distribution{}(jitter_);
  auto next
    = policy::decide(result, options_.retries, number, x.delivery.created_at, ended_at, jitter);
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

void channel_worker_state::quit_if_done() {
  if (in_flight_.empty())
    self_->quit();
}

channel_actor::behavior_type
channel_worker(channel_actor::stateful_pointer<channel_worker_state> self,
               const channel_worker_options& options, const channel& config,
               const std::shared_ptr<const channels::adapter>& adapter,
               const std::shared_ptr<provider_pause>& pause) {
  using state = channel_worker_state;
  self->state.start(self, options, config.id, adapter, channels::pace_of(config.type), pause);
  return {
    metered(self, &state::on_deliveries_due),
    metered(self, &state::on_replies_ready),
    metered(self, &state::on_resume_sending),
    metered(self, &state::on_drain_channel),
  };
}

} // namespace tocsin
