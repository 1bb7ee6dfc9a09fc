#include "actors/delivery/channel_worker.hpp"

#include "actors/delivery/settings_change.hpp"
#include "actors/shared/metered.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <bit>
#include <exception>
#include <utility>
#include <variant>

namespace tocsin {

namespace {

/// How many deliveries an actor takes for each that may be in flight: enough to go on sending while
/// the ledger commits the outcomes of the last ones.
constexpr uint32_t taken_per_slot = 4;

/// Whether a mail server gave an answer about one mail, as greylisting does, and not about itself.
bool is_about_the_mail(const channels::wire_reply& x) {
  return x.fault == channels::wire_fault::none && x.step >= channels::smtp_step::mail;
}

/// The clock is looked at this often while an operator's pause lasts.
constexpr auto longest_look_ahead = std::chrono::milliseconds{30'000};

/// How long the ledger may take to store a change.
constexpr auto change_timeout = std::chrono::seconds{10};

channels::verdict render_fault(std::string text) {
  return {
    {outcome_class::rejected, attempt_stage::render, std::nullopt, "render", std::move(text)}};
}

} // namespace

void channel_worker_state::start(channel_actor::stateful_pointer<channel_worker_state> self,
                                 const channel_worker_options& options, const channel& config,
                                 std::shared_ptr<const channels::adapter> adapter) {
  self_ = self;
  options_ = options;
  id_ = config.id;
  revision_ = config.revision;
  schedule_ = policy::schedule_of(config, options.retries);
  adapter_ = std::move(adapter);
  pause_names_ = pause_names_of(*adapter_, id_);
  inbox_ = std::make_shared<reply_inbox>(
    config.owner, [worker = channel_actor{self}] { caf::anon_send(worker, replies_ready{}); });
  meter_ = options_.board->channel(id_);
  meter_->type = config.type;
  meter_->in_flight = 0;
  meter_->breaker = breaker_.state();
  limit_ = policy::in_flight_limit{options_.most_in_flight};
  window_ = limit_.value() * taken_per_slot;
  auto pace = channels::pace_of(config.type);
  bucket_.emplace(pace.per_second, pace.burst);
  gauge = actor_gauge{*options_.board, name};
  judge_.emplace(config, schedule_, adapter_);
  self_->send(options_.ledger, open_window{id_, channel_actor{self}, window_, is_claiming()});
}

void channel_worker_state::on_deliveries_due(deliveries_due& msg) {
  std::move(msg.deliveries.begin(), msg.deliveries.end(), std::back_inserter(waiting_));
  // The ledger sends nothing but word of it as a pause of all channels begins.
  if (options_.pauses->wait_of_all(options_.now()).count() > 0)
    withdraw_waiting();
  pump();
}

void channel_worker_state::on_replies_ready(const replies_ready&) {
  record_attempts made{id_, {}};
  auto now = options_.now();
  auto steady_now = options_.steady_now();
  auto used_up = in_flight_.size() >= limit_.value();
  auto replies = inbox_->take();
  made.attempts.reserve(replies.size());
  for (auto& [cookie, reply] : replies) {
    auto entry = in_flight_.extract(cookie);
    // Nothing is tried once the transport stops, and this actor ends with it: what it leaves is due
    // again.
    if (!entry || reply.fault == channels::wire_fault::not_tried)
      continue;
    auto& x = entry.mapped();
    auto duration = std::chrono::ceil<std::chrono::milliseconds>(reply.duration);
    meter_->latency.add(reply.duration);
    auto verdict = judge_->classify(reply, x.delivery.id);
    learn(x, reply, verdict, used_up, steady_now);
    auto change = std::move(verdict.settings_patch);
    auto attempt = judge(x, std::move(verdict), now, duration);
    if (change.empty())
      made.attempts.push_back(std::move(attempt));
    else
      await_change(std::move(attempt), change);
  }
  meter_->in_flight = in_flight_.size();
  meter_->breaker = breaker_.state();
  if (!made.attempts.empty())
    self_->send(options_.ledger, std::move(made));
  fit_window();
  pump();
}

void channel_worker_state::on_resume_sending(const resume_sending& msg) {
  if (wake_.rings(msg.number))
    pump();
}

void channel_worker_state::on_drain_channel(const drain_channel&) {
  draining_ = true;
  withdraw_waiting();
  pump();
}

/// Sends what may be sent now.
void channel_worker_state::pump() {
  if (draining_) {
    give_back_waiting();
    return quit_if_done();
  }
  // The settings are out of date: what waits is the successor's, which the change calls.
  if (change_.is_stored)
    return;
  std::vector<channels::transport::job> jobs;
  auto now = options_.now();
  auto steady_now = options_.steady_now();
  while (!waiting_.empty() && in_flight_.size() < limit_.value()
         && breaker_.state() != policy::breaker_state::half_open) {
    if (policy::is_expired(schedule_, waiting_.front().owed_since, now)) {
      bury_expired(now);
      continue;
    }
    if (auto wait = wait_before_sending(now, steady_now); wait.count() > 0) {
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
    submit(std::move(jobs));
  if (!unsent_.empty())
    self_->send(options_.ledger, record_attempts{id_, std::exchange(unsent_, {})});
}

/// Leaves what waits to the next actor of the channel, which need not wait for what is under way.
void channel_worker_state::give_back_waiting() {
  if (waiting_.empty())
    return;
  give_back_deliveries unsent{id_, channel_actor{self_}, {}};
  for (auto& x : std::exchange(waiting_, {}))
    unsent.ids.push_back(x.id);
  self_->send(options_.ledger, std::move(unsent));
}

/// Makes a dead letter of the first that waits, without sending it.
void channel_worker_state::bury_expired(timestamp now) {
  unsent_.push_back(judge_->expire(waiting_.front(), now));
  waiting_.pop_front();
}

/// How long nothing may be sent from `now` on. While an operator's pause lasts the clock is looked
/// at now and then, as it may be set.
std::chrono::milliseconds channel_worker_state::wait_before_sending(timestamp wall_now,
                                                                    steady_time now) {
  auto held = options_.pauses->paused_until(pause_names_, now).value_or(now) - now;
  return std::max({std::min(options_.pauses->wait_of_all(wall_now), longest_look_ahead),
                   std::chrono::ceil<std::chrono::milliseconds>(held),
                   std::chrono::ceil<std::chrono::milliseconds>(claims_from_ - now),
                   breaker_.wait(now), bucket_->wait(now)});
}

/// Makes the actor look again after `delay`, unless it does so earlier anyway.
void channel_worker_state::wake_in(std::chrono::milliseconds delay, steady_time now) {
  if (wake_.at() && *wake_.at() <= now + delay)
    return;
  self_->delayed_send(self_, delay, resume_sending{wake_.set(now + delay)});
}

/// Renders one delivery. What cannot be rendered poisons that delivery alone: it becomes a dead
/// letter, and the channel goes on.
std::optional<channels::transport::job> channel_worker_state::begin(due_delivery x, timestamp now,
                                                                    steady_time began) {
  sending entry{std::move(x), began};
  auto& delivery = entry.delivery;
  auto reject = [&](std::string why) {
    unsent_.push_back(judge(entry, render_fault(std::move(why)), now, {}));
    return std::nullopt;
  };
  try {
    auto request = adapter_->render({.id = delivery.id,
                                     .event = *delivery.event,
                                     .destination = delivery.destination,
                                     .now = now,
                                     .plain = judge_->goes_plain(delivery.id)});
    if (!request)
      return reject(request.error().detail);
    if (auto* post = std::get_if<channels::http_request>(&*request); post && is_claiming())
      post->on_new_connection = true;
    auto cookie = ++last_cookie_;
    in_flight_.emplace(cookie, std::move(entry));
    breaker_.sent();
    return channels::transport::job{cookie, std::move(*request)};
  } catch (const std::exception& fault) {
    return reject(fault.what());
  }
}

/// Learns from a reply how much the endpoint can take: from faults that are its own, but not from
/// what it says of a single message. Keeps the pause that a provider asks for.
void channel_worker_state::learn(const sending& x, const channels::wire_reply& reply,
                                 const channels::verdict& result, bool used_up, steady_time now) {
  if (reply.fault == channels::wire_fault::timed_out)
    limit_.timed_out(x.began, now);
  else if (result.kind == outcome_class::delivered)
    limit_.succeeded(used_up);
  if (result.kind == outcome_class::throttled) {
    auto asked = result.wait.value_or(std::chrono::seconds{1});
    options_.pauses->note_pause(pause_names_, result.scope, now + asked, now);
    throttles_.add(x.began, now, asked, schedule_);
  } else {
    throttles_.end();
  }
  auto failed = result.kind == outcome_class::retry || result.kind == outcome_class::ambiguous;
  if (result.is_doubted)
    learn_from_doubt();
  else if (failed && !is_about_the_mail(reply))
    breaker_.failed(x.began, now);
  else
    breaker_.answered();
}

/// A refusal that is not believed yet is one of a few that each delivery needs to meet. Were they
/// failures, an endpoint that refuses all would be asked for the first delivery's once a minute,
/// then the next one's, and none would meet its third.
void channel_worker_state::learn_from_doubt() {
  if (breaker_.state() == policy::breaker_state::half_open)
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

record_attempt channel_worker_state::judge(const sending& x, channels::verdict result,
                                           timestamp ended_at, std::chrono::milliseconds duration) {
  auto made = judge_->judge(x, std::move(result), throttles_.length(), ended_at, duration);
  count(made);
  return made;
}

/// Keeps an attempt until the settings that the provider gave are stored. The actor that comes
/// with them sends it once more.
void channel_worker_state::await_change(record_attempt made, const std::string& patch) {
  change_.attempts.push_back(std::move(made));
  if (change_.is_stored)
    return on_change_done(true);
  if (std::exchange(change_.is_under_way, true))
    return;
  auto change = settings_change(*options_.channels, id_, revision_, patch, options_.now());
  if (!change)
    return on_change_done(false);
  self_->request(options_.ledger, change_timeout, std::move(*change))
    .then([this](const command_result&) { on_change_done(true); },
          [this](const caf::error&) { on_change_done(false); });
}

/// Where somebody else changed the channel meanwhile, their change counts, and the attempt is one
/// that failed like any other.
void channel_worker_state::on_change_done(bool is_stored) {
  change_.is_under_way = false;
  change_.is_stored = is_stored;
  for (auto& x : change_.attempts)
    if (is_stored && x.value.number <= prompt_attempts && x.next == delivery_state::scheduled)
      x.due_at = options_.now();
  self_->send(options_.ledger, record_attempts{id_, std::exchange(change_.attempts, {})});
  if (draining_)
    quit_if_done();
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
  if (in_flight_.empty() && !change_.is_under_way)
    self_->quit();
}

channel_actor::behavior_type
channel_worker(channel_actor::stateful_pointer<channel_worker_state> self,
               const channel_worker_options& options, const channel& config,
               const std::shared_ptr<const channels::adapter>& adapter) {
  using state = channel_worker_state;
  self->state.start(self, options, config, adapter);
  return {
    metered(self, &state::on_deliveries_due),
    metered(self, &state::on_replies_ready),
    metered(self, &state::on_resume_sending),
    metered(self, &state::on_drain_channel),
  };
}

} // namespace tocsin
