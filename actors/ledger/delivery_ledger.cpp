#include "actors/ledger/delivery_ledger.hpp"

#include "actors/ledger/event_receipts.hpp"
#include "actors/shared/disk_trouble.hpp"
#include "actors/shared/metered.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <utility>

// delivery_ledger_state, part 1: what is said to the ledger, and how it gathers.

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// The clock is checked at least this often while anything waits for its time, so that a clock that
/// is set forward does not hold deliveries back.
constexpr auto longest_sleep = 30'000ms;

/// A wake that is set stays where the new one would come so little earlier, as the two clocks never
/// agree to the millisecond.
constexpr auto wake_tolerance = 10ms;

/// Whether a command adds something that stays. Changes of what exists and removals are taken even
/// when the reserve is touched: they are how room is made and channels are stopped.
bool adds_something(const command& x) {
  if (auto channel = std::get_if<put_channel>(&x))
    return channel->expected_revision == 0;
  if (auto recipient = std::get_if<put_recipient>(&x))
    return recipient->expected_revision == 0;
  return std::holds_alternative<accept_event>(x) || std::holds_alternative<put_token>(x);
}

} // namespace

delivery_ledger_state::delivery_ledger_state()
  : windows_({[this](channel_id, const channel_actor& worker, std::vector<due_delivery> due) {
                self_->send(worker, deliveries_due{std::move(due)});
              },
              [this](channel_id channel) { self_->send(supervisor_, channel_needed{channel}); },
              [this](const std::string& what) { options_.report(what); },
              [this](const std::string& what) { options_.report_recovery(what); }}) {}

delivery_ledger_state::~delivery_ledger_state() {
  for (auto& x : gathered_.waiters)
    tell(x, fail(errc::shutting_down, "the service is stopping"));
}

void delivery_ledger_state::start(
  delivery_ledger_impl::stateful_pointer<delivery_ledger_state> self, ledger_options options) {
  self_ = self;
  options_ = std::move(options);
  gauge = actor_gauge{*options_.board, name};
  pruner_.emplace(options_.storage, retention_terms{options_.retention, options_.audit_retention},
                  options_.report, options_.report_recovery);
  clock_.emplace(options_.now(), options_.steady_now());
  clock_fault_.emplace(options_.report, options_.report_recovery,
                       "what is old is removed again, by the clock as it is now");
  journal_fault_.emplace(options_.report, options_.report_recovery,
                         "the journal can be written again");
  self_->set_down_handler([this](const caf::down_msg& down) { on_worker_down(down); });
}

void delivery_ledger_state::on_worker_down(const caf::down_msg& down) {
  auto claimer = claimers_.extract(down.source);
  // A claim that still waits would otherwise be stored once nobody owns it any more.
  if (claimer)
    commit_waiting();
  windows_.worker_down(down.source);
  auto in_order = !down.reason || down.reason == caf::exit_reason::normal;
  if (claimer)
    on_end_claims({claimer.mapped(), !in_order});
  fill_windows();
}

/// While the disk fails, what the journal alone holds cannot be read: the claims wait for it.
void delivery_ledger_state::on_end_claims(const end_claims& msg) {
  auto tx = options_.storage->read_unpublished();
  if (!tx && is_disk_trouble(tx.error().code))
    return self_->delayed_send(self_, pause_after_disk_trouble, msg);
  if (!tx)
    return self_->quit(to_error(tx.error()));
  if (auto settled = settle_claims(*tx, msg.channel, msg.were_interrupted); !settled)
    self_->quit(to_error(settled.error()));
}

caf::result<events_accepted> delivery_ledger_state::on_accept_submission(accept_submission& msg) {
  if (closing_)
    return to_error(fail(errc::shutting_down, "the service is stopping"));
  auto now = options_.now();
  std::vector<command> commands;
  commands.reserve(msg.baton->events.size());
  for (auto& x : msg.baton->events) {
    auto reserve = static_cast<uint32_t>(x.deliveries.size());
    event_id id{ids_.next(now, reserve)};
    commands.emplace_back(accept_event{id, now, std::move(x.idempotency_key), std::move(x.value),
                                       std::move(x.deliveries), std::move(x.unreached)});
  }
  if (!*options_.has_room) {
    auto known = receipts_again(*options_.storage, commands);
    if (!known)
      return to_error(known.error());
    return *known ? caf::result<events_accepted>{std::move(**known)} : to_error(no_room());
  }
  auto promise = self_->make_response_promise<events_accepted>();
  enqueue(std::move(commands), promise);
  return promise;
}

caf::result<command_result> delivery_ledger_state::on_apply_command(apply_command& msg) {
  if (!*options_.has_room && adds_something(msg.value))
    return to_error(no_room());
  auto promise = self_->make_response_promise<command_result>();
  auto now = options_.now();
  audit_id id{ids_.next(now)};
  auto& entry = enqueue({std::move(msg.value)}, command_waiter{promise, std::move(msg.notice)});
  entry.by = authorship{std::move(msg.by), id, now};
  return promise;
}

caf::result<channels_stored> delivery_ledger_state::on_store_channels(store_channels& msg) {
  if (msg.channels.empty())
    return channels_stored{};
  auto promise = self_->make_response_promise<channels_stored>();
  std::vector<command> commands;
  commands.reserve(msg.channels.size());
  for (auto& x : msg.channels)
    commands.emplace_back(std::move(x));
  auto now = options_.now();
  audit_id first{ids_.next(now, static_cast<uint32_t>(commands.size()))};
  enqueue(std::move(commands), promise).by = authorship{std::move(msg.by), first, now};
  return promise;
}

void delivery_ledger_state::on_record_attempts(record_attempts& msg) {
  for (auto& x : msg.attempts) {
    windows_.attempt_ended(msg.channel, x.value.delivery);
    auto may_disable = x.fault.has_value();
    std::vector<command> one;
    one.emplace_back(std::move(x));
    auto& entry = append(std::move(one));
    if (may_disable) {
      auto now = options_.now();
      entry.by = authorship{{}, audit_id{ids_.next(now)}, now};
    }
  }
  request_flush_in_a_while();
}

void delivery_ledger_state::on_open_window(const open_window& msg) {
  self_->monitor(msg.worker);
  windows_.open(msg.channel, msg.worker, msg.credit);
  if (msg.claims)
    claimers_[msg.worker.address()] = msg.channel;
  fill_windows();
}

void delivery_ledger_state::on_resize_window(const resize_window& msg) {
  windows_.resize(msg.channel, msg.worker, msg.credit);
  fill_windows();
}

void delivery_ledger_state::on_give_back_deliveries(const give_back_deliveries& msg) {
  windows_.give_back(msg.channel, msg.worker, msg.ids);
  fill_windows();
}

void delivery_ledger_state::on_subscribe_changes(const subscribe_changes& msg) {
  listeners_.push_back(msg.listener);
}

/// What was done before is published first, as whoever asks reads it from storage.
caf::result<noting_begun> delivery_ledger_state::on_note_moves(const note_moves& msg) {
  publish();
  moves_ = msg.ring;
  return noting_begun{};
}

void delivery_ledger_state::on_flush_ledger(const flush_ledger&) {
  flush_requested_ = false;
  commit_waiting();
}

void delivery_ledger_state::on_wake_due(const wake_due& msg) {
  if (wake_.rings(msg.number))
    fill_windows();
}

caf::result<ledger_closed> delivery_ledger_state::on_close_ledger(const close_ledger&) {
  closing_ = true;
  commit_waiting();
  publish();
  return ledger_closed{};
}

/// The alarm stays set when others take the attempts along: under load one for each commit would
/// be a thousand a second.
void delivery_ledger_state::on_flush_attempts(const flush_attempts&) {
  attempt_alarm_is_set_ = false;
  if (!attempts_wait_until_)
    return;
  auto left = *attempts_wait_until_ - options_.steady_now();
  if (left.count() > 0)
    return set_attempt_alarm(std::chrono::ceil<std::chrono::milliseconds>(left));
  commit_waiting();
}

storage::commit_entry& delivery_ledger_state::append(std::vector<command> commands, waiter whom) {
  gathered_.waiters.push_back(std::move(whom));
  return gathered_.entries.emplace_back(std::move(commands));
}

storage::commit_entry& delivery_ledger_state::enqueue(std::vector<command> commands, waiter whom) {
  request_flush();
  return append(std::move(commands), std::move(whom));
}

/// The flush queues up behind everything that is in the mailbox already, so that the batch forms
/// by itself: alone, a sender does not wait for others; under load, all share one fsync.
void delivery_ledger_state::request_flush() {
  if (flush_requested_)
    return;
  flush_requested_ = true;
  self_->send(self_, flush_ledger{});
}

/// For what nobody waits for: at the latest after `longest_attempt_wait`.
void delivery_ledger_state::request_flush_in_a_while() {
  if (options_.longest_attempt_wait.count() == 0)
    return request_flush();
  if (flush_requested_ || attempts_wait_until_)
    return;
  attempts_wait_until_ = options_.steady_now() + options_.longest_attempt_wait;
  if (!attempt_alarm_is_set_)
    set_attempt_alarm(options_.longest_attempt_wait);
}

void delivery_ledger_state::set_attempt_alarm(std::chrono::milliseconds delay) {
  attempt_alarm_is_set_ = true;
  self_->delayed_send(self_, delay, flush_attempts{});
}

void delivery_ledger_state::fill_windows() {
  if (!supervisor_)
    return;
  end_pause_if_over();
  if (auto filled = windows_.fill(*options_.storage, options_.now()); !filled)
    return wake_in(pause_after_disk_trouble);
  schedule_wake();
}

void delivery_ledger_state::schedule_wake() {
  auto next = windows_.is_paused() ? std::optional{paused_until_} : windows_.next_alarm();
  if (!next)
    return;
  auto until = *next - options_.now();
  auto delay = std::clamp<std::chrono::milliseconds>(until, 1ms, longest_sleep);
  // By the steady clock: the time that a wake was set for may lie before a jump of the other.
  if (!wake_.at() || options_.steady_now() + delay + wake_tolerance < *wake_.at())
    wake_in(delay);
}

void delivery_ledger_state::wake_in(std::chrono::milliseconds delay) {
  self_->delayed_send(self_, delay, wake_due{wake_.set(options_.steady_now() + delay)});
}

delivery_ledger_impl::behavior_type
delivery_ledger(delivery_ledger_impl::stateful_pointer<delivery_ledger_state> self,
                const ledger_options& options) {
  using state = delivery_ledger_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_accept_submission),    metered(self, &state::on_apply_command),
    metered(self, &state::on_store_channels),       metered(self, &state::on_record_attempts),
    metered(self, &state::on_open_window),          metered(self, &state::on_resize_window),
    metered(self, &state::on_give_back_deliveries), metered(self, &state::on_subscribe_changes),
    metered(self, &state::on_note_moves),           metered(self, &state::on_start_deliveries),
    metered(self, &state::on_flush_ledger),         metered(self, &state::on_wake_due),
    metered(self, &state::on_prune_expired),        metered(self, &state::on_measure_room),
    metered(self, &state::on_close_ledger),         metered(self, &state::on_flush_attempts),
    metered(self, &state::on_publish_changes),      metered(self, &state::on_end_claims),
  };
}

} // namespace tocsin
