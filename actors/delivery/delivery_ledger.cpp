#include "actors/delivery/delivery_ledger.hpp"

#include "storage/audit_repository.hpp"
#include "storage/channel_repository.hpp"
#include "storage/delivery_repository.hpp"
#include "storage/due_repository.hpp"
#include "storage/event_repository.hpp"
#include "storage/retention.hpp"
#include "storage/session_repository.hpp"

#include <caf/exit_reason.hpp>

#include <algorithm>

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// After a failed commit the disk is given this long before the next try.
constexpr auto pause_after_failure = 1s;

/// The clock is looked at least so often while anything waits for its time, so that a clock that
/// is set forward does not hold deliveries back.
constexpr auto longest_sleep = 30'000ms;

/// A wake that is set stays where the new one would come so little earlier, as the two clocks never
/// agree to the millisecond.
constexpr auto wake_tolerance = 10ms;

/// One step of pruning is small, so that events do not wait for it.
constexpr uint32_t prune_step = 500;
constexpr auto pause_between_prunings = 60s;

/// The room is measured so often, and under load after commits, at most ten times as often.
constexpr auto pause_between_measurements = 1000ms;
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

caf::error no_room() {
  return to_error(fail(errc::storage_full, "less than storage.reserve is left on the disk or of "
                                           "storage.map_limit; deliveries go on"));
}

/// Whether somebody waits for the answer and can ask again. Attempts, claims that end and
/// cancellations are the ledger's own to bring through.
bool is_asked_for(const storage::commit_entry& x) {
  auto& first = x.commands.front();
  return !std::holds_alternative<record_attempt>(first)
         && !std::holds_alternative<release_deliveries>(first)
         && !std::holds_alternative<cancel_due>(first);
}

/// Whether trying again later may help.
bool is_passing(errc code) {
  return code == errc::storage_full || code == errc::storage_io;
}

/// Whether a change is one that the listeners want to hear of.
bool is_of_configuration(const command& x) {
  return std::holds_alternative<put_channel>(x) || std::holds_alternative<remove_channel>(x)
         || std::holds_alternative<put_recipient>(x) || std::holds_alternative<remove_recipient>(x)
         || std::holds_alternative<put_preference>(x);
}

/// The record of an attempt whose end nobody saw.
record_attempt interruption(channel_id channel, const storage::due_entry& x, timestamp now) {
  auto duration = std::max(now - x.due_at, std::chrono::milliseconds{0});
  record_attempt result;
  result.value = {x.delivery,
                  1,
                  x.due_at,
                  duration,
                  {outcome_class::ambiguous, attempt_stage::send, std::nullopt, "interrupted",
                   "the service ended while the attempt was under way"}};
  result.channel = channel;
  result.next = delivery_state::dead_letter;
  result.interrupted = true;
  return result;
}

} // namespace

delivery_ledger_state::delivery_ledger_state()
  : windows_({[this](channel_id, const channel_actor& worker, std::vector<due_delivery> due) {
                self_->send(worker, deliveries_due{std::move(due)});
              },
              [this](channel_id channel) { self_->send(supervisor_, channel_needed{channel}); },
              [this](channel_id channel, const failure& why) {
                options_.report("a due delivery of channel " + to_string(channel)
                                + " cannot be read: " + why.detail);
              }}) {}

void delivery_ledger_state::start(
  delivery_ledger_actor::stateful_pointer<delivery_ledger_state> self, ledger_options options) {
  self_ = self;
  options_ = std::move(options);
  gauge = actor_gauge{*options_.board, name};
  self_->set_down_handler([this](const caf::down_msg& down) { on_worker_down(down); });
}

void delivery_ledger_state::on_worker_down(const caf::down_msg& down) {
  auto claimer = claimers_.extract(down.source);
  // A claim that still waits would otherwise be stored once nobody owns it any more.
  if (claimer)
    commit_waiting();
  windows_.closed(down.source);
  if (claimer) {
    auto in_order = !down.reason || down.reason == caf::exit_reason::normal;
    settle_claims(claimer.mapped(), !in_order);
  }
  fill_windows();
}

caf::result<events_accepted> delivery_ledger_state::on_accept_submission(accept_submission& msg) {
  auto promise = self_->make_response_promise<events_accepted>();
  if (closing_) {
    promise.deliver(to_error(fail(errc::shutting_down, "the service is stopping")));
    return promise;
  }
  if (!*options_.has_room) {
    promise.deliver(no_room());
    return promise;
  }
  auto now = options_.now();
  std::vector<command> commands;
  commands.reserve(msg.baton->events.size());
  for (auto& x : msg.baton->events) {
    auto reserve = static_cast<uint32_t>(x.deliveries.size());
    event_id id{ids_.next(static_cast<uint64_t>(to_unix_ms(now)), reserve)};
    commands.emplace_back(accept_event{id, now, std::move(x.idempotency_key), std::move(x.value),
                                       std::move(x.deliveries), std::move(x.unreached)});
  }
  enqueue(std::move(commands)).events = promise;
  return promise;
}

caf::result<command_result> delivery_ledger_state::on_apply_command(apply_command& msg) {
  auto promise = self_->make_response_promise<command_result>();
  if (!*options_.has_room && adds_something(msg.value)) {
    promise.deliver(no_room());
    return promise;
  }
  auto& w = enqueue({std::move(msg.value)});
  auto now = options_.now();
  audit_id id{ids_.next(static_cast<uint64_t>(to_unix_ms(now)))};
  entries_.back().by = authorship{std::move(msg.by), id, now};
  w.command = promise;
  w.notice = std::move(msg.notice);
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
  audit_id first{
    ids_.next(static_cast<uint64_t>(to_unix_ms(now)), static_cast<uint32_t>(commands.size()))};
  enqueue(std::move(commands)).channels = promise;
  entries_.back().by = authorship{std::move(msg.by), first, now};
  return promise;
}

void delivery_ledger_state::on_record_attempts(record_attempts& msg) {
  for (auto& x : msg.attempts) {
    windows_.recording(msg.channel, x.value.delivery);
    enqueue({std::move(x)});
  }
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

void delivery_ledger_state::on_subscribe_changes(const subscribe_changes& msg) {
  listeners_.push_back(msg.listener);
}

void delivery_ledger_state::on_start_deliveries(const start_deliveries& msg) {
  supervisor_ = msg.supervisor;
  auto tx = options_.storage->read();
  if (!tx)
    return self_->quit(to_error(tx.error()));
  auto owing = storage::due_repository{*tx}.channels_with_due();
  if (!owing)
    return self_->quit(to_error(owing.error()));
  for (auto& id : *owing) {
    auto found = storage::channel_repository{*tx}.find(id);
    if (!found)
      return self_->quit(to_error(found.error()));
    if (!*found)
      to_cancel_.push_back(id);
    else
      settle_claims(id, true);
  }
  if (auto started = windows_.start(*options_.storage, options_.now()); !started)
    return self_->quit(to_error(started.error()));
  for (auto& id : to_cancel_)
    windows_.forget(id);
  cancel_next();
  fill_windows();
  self_->delayed_send(self_, pause_between_prunings, prune_expired{});
  look_for_room();
  self_->delayed_send(self_, pause_between_measurements, measure_room{});
}

void delivery_ledger_state::on_flush_ledger(const flush_ledger&) {
  flush_requested_ = false;
  commit_waiting();
}

void delivery_ledger_state::on_wake_due(const wake_due& msg) {
  if (msg.number != wakes_)
    return;
  wake_at_.reset();
  fill_windows();
}

void delivery_ledger_state::on_prune_expired(const prune_expired&) {
  auto pause = std::chrono::milliseconds{pause_between_prunings};
  if (auto tx = options_.storage->write()) {
    auto pruned = storage::prune(*tx, options_.now() - options_.retention, prune_step, prune_from_);
    auto now = options_.now();
    auto audit = storage::prune_audit(*tx, now - options_.audit_retention, prune_step);
    auto sessions = storage::prune_sessions(*tx, now, prune_step);
    // What cannot be removed now, as the disk is in trouble, is removed by a later step.
    if (pruned && audit && sessions && tx->commit()) {
      prune_from_ = pruned->resume.value_or(event_id{});
      if (pruned->resume || *audit == prune_step)
        pause = 0ms;
    }
  }
  self_->delayed_send(self_, pause, prune_expired{});
}

void delivery_ledger_state::on_measure_room(const measure_room&) {
  look_for_room();
  self_->delayed_send(self_, pause_between_measurements, measure_room{});
}

/// Enters or leaves the state in which nothing new is taken. Leaving takes an eighth more room than
/// entering, so that the two do not follow each other with every event.
void delivery_ledger_state::look_for_room() {
  room_measured_at_ = options_.steady_now();
  auto sizes = options_.storage->sizes();
  if (!sizes)
    return;
  auto reserve = std::min(options_.reserve_bytes, sizes->map_limit_bytes / 8);
  auto had_room = options_.has_room->load();
  auto has_room = sizes->room_bytes() >= (had_room ? reserve : reserve + reserve / 8);
  if (has_room == had_room)
    return;
  *options_.has_room = has_room;
  options_.report(has_room ? "there is room again: new events are taken"
                           : "less than storage.reserve is left: new events are refused until "
                             "there is room, deliveries go on");
}

caf::result<ledger_closed> delivery_ledger_state::on_close_ledger(const close_ledger&) {
  closing_ = true;
  commit_waiting();
  return ledger_closed{};
}

delivery_ledger_state::waiting& delivery_ledger_state::enqueue(std::vector<command> commands) {
  entries_.push_back({std::move(commands), {}, {}});
  request_flush();
  return waiters_.emplace_back();
}

/// The flush queues up behind everything that is in the mailbox already, so that the batch forms
/// by itself: alone, a sender does not wait for others; under load, all share one fsync.
void delivery_ledger_state::request_flush() {
  if (flush_requested_)
    return;
  flush_requested_ = true;
  self_->send(self_, flush_ledger{});
}

void delivery_ledger_state::commit_waiting() {
  auto entries = std::exchange(entries_, {});
  auto waiters = std::exchange(waiters_, {});
  if (entries.empty())
    return;
  for (auto& entry : entries)
    refuse_in_flight(entry);
  auto committed = storage::commit_together(*options_.storage, entries);
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!committed && !entries[i].refusal)
      entries[i].refusal = committed.error();
    if (committed || is_asked_for(entries[i]))
      finish(entries[i], waiters[i]);
  }
  // No single entry is to blame any more: only opening the storage anew can help.
  if (!committed && committed.error().code == errc::storage_corrupt)
    return self_->quit(to_error(committed.error()));
  if (!committed)
    keep_for_later(std::move(entries), std::move(waiters));
  if (options_.steady_now() - room_measured_at_ >= shortest_pause_between_measurements)
    look_for_room();
  fill_windows();
}

void delivery_ledger_state::finish(storage::commit_entry& entry, waiting& w) {
  if (w.events.pending()) {
    if (entry.refusal)
      w.events.deliver(to_error(std::move(*entry.refusal)));
    else
      finish_submission(entry, w.events);
  } else if (!entry.refusal) {
    if (w.channels.pending())
      finish_channels(entry, w.channels);
    else
      finish_change(entry, w);
  } else if (w.command.pending()) {
    let_rest(entry);
    w.command.deliver(to_error(*entry.refusal));
  } else if (w.channels.pending()) {
    w.channels.deliver(to_error(*entry.refusal));
  } else {
    give_up(entry);
  }
}

/// What nobody waits for and storage refuses for good, such as an attempt at a record that cannot
/// be read, is reported; the others of its channel go on.
void delivery_ledger_state::give_up(const storage::commit_entry& entry) {
  auto& x = entry.commands.front();
  if (auto made = std::get_if<record_attempt>(&x)) {
    options_.report("an attempt at delivery " + to_string(made->value.delivery)
                    + " cannot be recorded: " + entry.refusal->detail);
    windows_.refused(made->channel, made->value.delivery);
  } else if (auto unsent = std::get_if<release_deliveries>(&x)) {
    options_.report("what channel " + to_string(unsent->channel)
                    + " did not come to send cannot be given back: " + entry.refusal->detail);
  } else if (auto cancel = std::get_if<cancel_due>(&x)) {
    options_.report("what the removed channel " + to_string(cancel->channel)
                    + " owes cannot be cancelled: " + entry.refusal->detail);
    cancelling_ = false;
    std::erase(to_cancel_, cancel->channel);
    cancel_next();
  }
}

/// What cannot be claimed is not sent: it rests until the next start, and the others go on.
void delivery_ledger_state::let_rest(const storage::commit_entry& entry) {
  auto claim = std::get_if<claim_deliveries>(&entry.commands.front());
  if (claim == nullptr || is_passing(entry.refusal->code))
    return;
  options_.report("deliveries of channel " + to_string(claim->channel)
                  + " cannot be claimed: " + entry.refusal->detail);
  for (auto& id : claim->ids)
    windows_.refused(claim->channel, id);
}

void delivery_ledger_state::finish_submission(storage::commit_entry& entry,
                                              event_promise& promise) {
  events_accepted answer;
  answer.receipts.reserve(entry.commands.size());
  for (size_t i = 0; i < entry.commands.size(); ++i) {
    auto& x = std::get<accept_event>(entry.commands[i]);
    auto& result = entry.results[i];
    auto id = x.value.id.empty() ? to_string(result.event) : x.value.id;
    if (result.duplicate) {
      answer.receipts.push_back({std::move(id), deliveries_sent_by(result.event), true});
      continue;
    }
    auto planned = std::move(x.deliveries);
    auto carried = std::make_shared<const accepted_event>(
      accepted_event{x.id, std::move(x.value), x.accepted_at, result.deliveries, {}});
    uint32_t sent = 0;
    for (uint32_t n = 0; n < planned.size(); ++n) {
      if (planned[n].reason != suppression::none)
        continue;
      ++sent;
      delivery_id delivery{x.id.plus(n + 1)};
      windows_.offer(planned[n].channel,
                     {delivery, carried, std::move(planned[n].destination), 0, x.accepted_at});
    }
    answer.receipts.push_back({std::move(id), sent, false});
  }
  promise.deliver(std::move(answer));
}

void delivery_ledger_state::finish_attempts(const storage::commit_entry& entry) {
  auto& x = std::get<record_attempt>(entry.commands.front());
  auto again = x.next == delivery_state::scheduled;
  windows_.recorded(x.channel, x.value.delivery, again ? std::optional{x.due_at} : std::nullopt);
  if (entry.results.front().disabled_channel)
    finish_disable(x);
}

/// A channel was disabled with the attempt that found it dead: all hear of it as of any change.
void delivery_ledger_state::finish_disable(const record_attempt& x) {
  windows_.suspend(x.channel);
  configuration_changed notice{{}, x.channel, false};
  if (auto tx = options_.storage->read())
    if (auto found = storage::channel_repository{*tx}.find(x.channel); found && *found)
      notice.recipient = (*found)->value.owner;
  for (auto& listener : listeners_)
    self_->send(listener, notice);
}

/// Deliveries that wait again are to be handed out like all others.
void delivery_ledger_state::finish_moved(const command& x, const command_result& result) {
  if (auto given_back = std::get_if<release_deliveries>(&x)) {
    windows_.owes(given_back->channel, given_back->at);
  } else if (auto again = std::get_if<resend_delivery>(&x)) {
    if (auto channel = channel_of(again->id); channel && result.value != 0)
      windows_.owes(*channel, again->due_at);
  } else if (auto stored = std::get_if<put_channel>(&x)) {
    if (stored->value.enabled)
      windows_.resume(stored->value.id);
  }
}

/// As for a single change, the listeners hear first.
void delivery_ledger_state::finish_channels(const storage::commit_entry& entry,
                                            channels_promise& promise) {
  channels_stored answer;
  for (size_t i = 0; i < entry.commands.size(); ++i) {
    auto& stored = std::get<put_channel>(entry.commands[i]).value;
    finish_moved(entry.commands[i], entry.results[i]);
    for (auto& listener : listeners_)
      self_->send(listener, configuration_changed{stored.owner, stored.id, false});
    answer.revisions.push_back(entry.results[i].value);
  }
  promise.deliver(std::move(answer));
}

/// The channel of a delivery; nothing where it is not there or cannot be read.
std::optional<channel_id> delivery_ledger_state::channel_of(const delivery_id& id) const {
  auto tx = options_.storage->read();
  if (!tx)
    return std::nullopt;
  auto found = storage::delivery_repository{*tx}.find_without_outcome(id);
  if (!found || !*found)
    return std::nullopt;
  return (*found)->channel;
}

/// What a channel actor has is not withdrawn any more. Asked right before the commit, as until then
/// it may still be handed over. Sending it again is no harm: its record is moved to an earlier
/// time, and what is in flight is not handed over twice.
void delivery_ledger_state::refuse_in_flight(storage::commit_entry& entry) const {
  auto cancel = std::get_if<cancel_delivery>(&entry.commands.front());
  if (!cancel)
    return;
  auto channel = channel_of(cancel->id);
  if (channel && windows_.is_in_flight(*channel, cancel->id))
    entry.refusal = fail(errc::in_flight, "the delivery is being sent and cannot be cancelled");
}

void delivery_ledger_state::finish_change(const storage::commit_entry& entry, waiting& w) {
  auto& x = entry.commands.front();
  if (std::holds_alternative<record_attempt>(x))
    return finish_attempts(entry);
  if (auto removed = std::get_if<remove_channel>(&x)) {
    windows_.forget(removed->id);
    to_cancel_.push_back(removed->id);
    cancel_next();
  } else if (std::holds_alternative<cancel_due>(x)) {
    finish_cancel(entry);
  } else {
    finish_moved(x, entry.results.front());
  }
  if (!w.command.pending())
    return;
  // The listeners hear first: whoever is told that a change is done can rely on it.
  if (is_of_configuration(x))
    for (auto& listener : listeners_)
      self_->send(listener, w.notice);
  w.command.deliver(entry.results.front());
}

void delivery_ledger_state::finish_cancel(const storage::commit_entry& entry) {
  cancelling_ = false;
  if (entry.results.front().value == 0)
    std::erase(to_cancel_, std::get<cancel_due>(entry.commands.front()).channel);
  cancel_next();
}

/// Attempts were made and must be recorded, so they wait for the disk to come back; their slots
/// stay taken, which slows the channels down by itself.
void delivery_ledger_state::keep_for_later(std::vector<storage::commit_entry> entries,
                                           std::vector<waiting> waiters) {
  for (size_t i = 0; i < entries.size(); ++i) {
    if (is_asked_for(entries[i]))
      continue;
    entries[i].refusal.reset();
    entries_.push_back(std::move(entries[i]));
    waiters_.push_back(std::move(waiters[i]));
  }
  if (!entries_.empty() && !flush_requested_) {
    flush_requested_ = true;
    self_->delayed_send(self_, pause_after_failure, flush_ledger{});
  }
}

/// How many deliveries an event caused that were sent, as its first receipt said.
uint32_t delivery_ledger_state::deliveries_sent_by(const event_id& id) const {
  auto tx = options_.storage->read();
  if (!tx)
    return 0;
  auto found = storage::event_repository{*tx}.find(id);
  if (!found || !*found)
    return 0;
  auto deliveries = storage::delivery_repository{*tx}.of_event(**found);
  if (!deliveries)
    return 0;
  return static_cast<uint32_t>(std::count_if(deliveries->begin(), deliveries->end(), [](auto& x) {
    return x.state != delivery_state::suppressed;
  }));
}

/// Cancels a part of what the first of the removed channels owes.
void delivery_ledger_state::cancel_next() {
  if (cancelling_ || to_cancel_.empty())
    return;
  cancelling_ = true;
  enqueue({cancel_due{to_cancel_.front(), options_.now()}});
}

/// Ends the claims of a channel whose actor is gone: what a process or an actor was sending as it
/// crashed may have arrived, what an actor did not come to is due again.
void delivery_ledger_state::settle_claims(channel_id channel, bool were_interrupted) {
  using storage::due_class;
  auto tx = options_.storage->read();
  if (!tx)
    return self_->quit(to_error(tx.error()));
  auto now = options_.now();
  auto claimed = storage::due_repository{*tx}.next(channel, due_class::attempting, timestamp::max(),
                                                   UINT32_MAX);
  if (!claimed)
    return self_->quit(to_error(claimed.error()));
  release_deliveries unsent{channel, {}, now};
  for (auto& x : *claimed) {
    // Its successor's, or about to be recorded.
    if (windows_.is_in_flight(channel, x.delivery))
      continue;
    if (were_interrupted)
      enqueue({interruption(channel, x, now)});
    else
      unsent.ids.push_back(x.delivery);
  }
  if (!unsent.ids.empty())
    enqueue({std::move(unsent)});
}

void delivery_ledger_state::fill_windows() {
  if (!supervisor_)
    return;
  if (auto filled = windows_.fill(*options_.storage, options_.now()); !filled)
    return wake_in(pause_after_failure);
  schedule_wake();
}

void delivery_ledger_state::schedule_wake() {
  auto next = windows_.next_alarm();
  if (!next)
    return;
  auto until = *next - options_.now();
  auto delay = std::clamp<std::chrono::milliseconds>(until, 1ms, longest_sleep);
  // By the steady clock: the time that a wake was set for may lie before a jump of the other.
  if (!wake_at_ || options_.steady_now() + delay + wake_tolerance < *wake_at_)
    wake_in(delay);
}

/// Sets the one wake there is; an earlier one that was set is void by that.
void delivery_ledger_state::wake_in(std::chrono::milliseconds delay) {
  wake_at_ = options_.steady_now() + delay;
  self_->delayed_send(self_, delay, wake_due{++wakes_});
}

delivery_ledger_actor::behavior_type
delivery_ledger(delivery_ledger_actor::stateful_pointer<delivery_ledger_state> self,
                const ledger_options& options) {
  using state = delivery_ledger_state;
  self->state.start(self, options);
  return {
    metered(self, &state::on_accept_submission), metered(self, &state::on_apply_command),
    metered(self, &state::on_store_channels),    metered(self, &state::on_record_attempts),
    metered(self, &state::on_open_window),       metered(self, &state::on_resize_window),
    metered(self, &state::on_subscribe_changes), metered(self, &state::on_start_deliveries),
    metered(self, &state::on_flush_ledger),      metered(self, &state::on_wake_due),
    metered(self, &state::on_prune_expired),     metered(self, &state::on_measure_room),
    metered(self, &state::on_close_ledger),
  };
}

} // namespace tocsin
