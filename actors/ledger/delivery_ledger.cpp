#include "actors/ledger/delivery_ledger.hpp"

#include "actors/ledger/disk_trouble.hpp"
#include "storage/repositories/delivery_repository.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>
#include <span>
#include <utility>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// For this long changes may be durable by the journal alone: that is how late others see them, and
/// how long those wait who want to see all. A quarter of it costs a tenth of the flood, and more
/// saves nothing.
constexpr auto longest_unpublished = 20ms;

/// The clock is checked at least this often while anything waits for its time, so that a clock that
/// is set forward does not hold deliveries back.
constexpr auto longest_sleep = 30'000ms;

/// A wake that is set stays where the new one would come so little earlier, as the two clocks never
/// agree to the millisecond.
constexpr auto wake_tolerance = 10ms;

/// Under load memory and room are measured after commits too, but not more often than this.
constexpr auto shortest_pause_between_measurements = 100ms;

/// Whether a command adds something that stays. Changes of what exists and removals are taken even
/// when the reserve is touched: they are how room is made and channels are stopped.
bool adds_something(const command& x) {
  if (auto channel = std::get_if<put_channel>(&x))
    return channel->expected_revision == 0;
  if (auto recipient = std::get_if<put_recipient>(&x))
    return recipient->expected_revision == 0;
  return std::holds_alternative<accept_event>(x) || std::holds_alternative<put_token>(x);
}

/// What the disk said to a commit. Events are refused for its sake while the rest is tried again.
expected<void> answer_of_disk(std::span<const storage::commit_entry> entries,
                              const expected<void>& committed) {
  for (auto& entry : entries)
    if (entry.refusal && entry.refusal->code == errc::storage_io)
      return *entry.refusal;
  return committed;
}

/// Whether somebody waits for the answer and can ask again. Attempts, claims that end and
/// cancellations are the ledger's own to bring through.
bool is_asked_for(const storage::commit_entry& x) {
  auto& first = x.commands.front();
  return !std::holds_alternative<record_attempt>(first)
         && !std::holds_alternative<release_deliveries>(first)
         && !std::holds_alternative<cancel_due>(first);
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
  for (auto& x : waiters_)
    tell(x, fail(errc::shutting_down, "the service is stopping"));
}

void delivery_ledger_state::start(
  delivery_ledger_impl::stateful_pointer<delivery_ledger_state> self, ledger_options options) {
  self_ = self;
  options_ = std::move(options);
  gauge = actor_gauge{*options_.board, name};
  pruner_.emplace(options_.storage, retention_terms{options_.retention, options_.audit_retention},
                  options_.report, options_.report_recovery);
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
    auto known = recall(commands);
    if (!known)
      return to_error(known.error());
    return std::move(*known);
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
  waiters_.push_back(std::move(whom));
  return entries_.emplace_back(std::move(commands));
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

void delivery_ledger_state::commit_waiting() {
  attempts_wait_until_.reset();
  auto entries = std::exchange(entries_, {});
  auto waiters = std::exchange(waiters_, {});
  if (entries.empty())
    return;
  // The next batch is about as large.
  entries_.reserve(entries.size());
  waiters_.reserve(waiters.size());
  for (auto& entry : entries)
    refuse_in_flight(entry);
  std::vector<storage::delivery_move> moved;
  auto committed = storage::commit_together(*options_.storage, entries, moves_ ? &moved : nullptr,
                                            storage::commit_way::journal);
  note_disk(answer_of_disk(entries, committed));
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!committed && !entries[i].refusal)
      entries[i].refusal = committed.error();
    if (committed || is_asked_for(entries[i]))
      finish(entries[i], waiters[i]);
  }
  if (committed)
    moved_.insert(moved_.end(), moved.begin(), moved.end());
  tell_moves();
  request_publishing(committed ? longest_unpublished : pause_after_disk_trouble);
  // No single entry is to blame any more: only opening the storage anew can help.
  if (!committed && committed.error().code == errc::storage_corrupt)
    return self_->quit(to_error(committed.error()));
  if (!committed)
    keep_for_later(std::move(entries), std::move(waiters));
  if (options_.steady_now() - stock_taken_at_ >= shortest_pause_between_measurements)
    take_stock();
  fill_windows();
}

/// The channel of a delivery; nothing where there is none such.
expected<std::optional<channel_id>> delivery_ledger_state::channel_of(const delivery_id& id) const {
  auto tx = options_.storage->read_unpublished();
  if (!tx)
    return tx.error();
  auto found = storage::delivery_repository{*tx}.find_without_outcome(id);
  if (!found)
    return found.error();
  return *found ? std::optional{(*found)->channel} : std::nullopt;
}

/// What a channel actor has is not withdrawn any more. Asked right before the commit, as until then
/// it may still be handed over. Sending it again is no harm: its record is moved to an earlier
/// time, and what is in flight is not handed over twice.
void delivery_ledger_state::refuse_in_flight(storage::commit_entry& entry) const {
  auto cancel = std::get_if<cancel_delivery>(&entry.commands.front());
  if (!cancel)
    return;
  auto channel = channel_of(cancel->id);
  if (!channel)
    entry.refusal = channel.error();
  else if (*channel && windows_.is_in_flight(**channel, cancel->id))
    entry.refusal = fail(errc::in_flight, "the delivery is being sent and cannot be cancelled");
}

/// Attempts were made and must be recorded, so they wait for the disk to come back; their slots
/// stay taken, which slows the channels down by itself.
void delivery_ledger_state::keep_for_later(std::vector<storage::commit_entry> entries,
                                           std::vector<waiter> waiters) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (is_asked_for(entries[i]))
      continue;
    entries[i].refusal.reset();
    entries_.push_back(std::move(entries[i]));
    waiters_.push_back(std::move(waiters[i]));
  }
  if (!entries_.empty() && !flush_requested_) {
    flush_requested_ = true;
    self_->delayed_send(self_, pause_after_disk_trouble, flush_ledger{});
  }
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
