#include "actors/ledger/delivery_ledger.hpp"
#include "actors/shared/disk_trouble.hpp"
#include "policy/storage_reserve.hpp"
#include "storage/engine/schema.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/due_repository.hpp"
#include "storage/repositories/pause_repository.hpp"

#include <algorithm>

// delivery_ledger_state, part 4: what the ledger does of itself. It starts where the last process
// ended, cancels what removed channels owe, prunes, and looks for room.

namespace tocsin {

namespace {

using namespace std::chrono_literals;

constexpr auto pause_between_prunings = 60s;

/// Memory and room are measured this often, and under load after commits too.
constexpr auto pause_between_measurements = 1000ms;

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

void delivery_ledger_state::on_start_deliveries(const start_deliveries& msg) {
  supervisor_ = msg.supervisor;
  if (auto found = find_what_is_owed(); !found)
    return self_->quit(to_error(found.error()));
  cancel_next();
  fill_windows();
  self_->delayed_send(self_, pause_between_prunings, prune_expired{});
  measure_storage();
  self_->delayed_send(self_, pause_between_measurements, measure_room{});
}

/// Takes up what the last process left. What cannot be read of it is reported and left where it is.
expected<void> delivery_ledger_state::find_what_is_owed() {
  auto tx = options_.storage->read();
  if (!tx)
    return tx.error();
  auto owing = storage::due_repository{*tx, options_.report}.channels_with_due();
  if (!owing)
    return owing.error();
  for (auto& id : *owing) {
    auto known = storage::channel_repository{*tx}.contains(id);
    if (!known)
      return known.error();
    if (!*known)
      to_cancel_.push_back(id);
    else if (auto settled = settle_claims(*tx, id, true); !settled)
      return settled;
  }
  if (auto started = windows_.start(*tx, *owing, options_.now()); !started)
    return started;
  for (auto& id : to_cancel_)
    windows_.forget(id);
  auto pause = storage::find_readable_pause(*tx, [this](const std::string& why) {
    options_.report("the pause of all deliveries cannot be read, and counts as none: " + why);
  });
  if (!pause)
    return pause.error();
  set_pause(*pause);
  return {};
}

/// Has all channels wait, or no longer wait. What is under way ends as it does.
void delivery_ledger_state::set_pause(const std::optional<delivery_pause>& x) {
  auto now = options_.now();
  paused_until_ = x && x->holds(now) ? x->until : timestamp{};
  options_.pauses->pause_all(paused_until_);
  if (now < paused_until_)
    windows_.pause();
  else if (windows_.is_paused())
    windows_.unpause();
}

/// A pause ends by itself. What became due meanwhile goes out as the limits of each channel allow.
void delivery_ledger_state::end_pause_if_over() {
  if (windows_.is_paused() && paused_until_ <= options_.now())
    set_pause(std::nullopt);
}

void delivery_ledger_state::on_prune_expired(const prune_expired&) {
  auto is_more = prune();
  auto pause = is_more ? 0ms : std::chrono::milliseconds{pause_between_prunings};
  self_->delayed_send(self_, pause, prune_expired{});
}

/// Does a step of pruning, and returns whether there is more. By a clock that is a month ahead for
/// a minute all that has ended would be gone.
bool delivery_ledger_state::prune() {
  auto now = options_.now();
  if (auto jump = clock_->find_jump(now, options_.steady_now())) {
    auto hours = std::chrono::floor<std::chrono::hours>(*jump).count();
    clock_fault_->met("the clock was set forward by " + std::to_string(hours)
                      + " h: nothing is removed for its age, unless it is set back, for 24 h");
    return false;
  }
  clock_fault_->gone();
  return pruner_->step(now);
}

void delivery_ledger_state::on_measure_room(const measure_room&) {
  measure_storage();
  look_at_disk();
  self_->delayed_send(self_, pause_between_measurements, measure_room{});
}

/// Sees to what storage takes of the memory and of the disk.
void delivery_ledger_state::measure_storage() {
  storage_measured_at_ = options_.steady_now();
  options_.storage->give_back_pages();
  look_for_room();
}

failure delivery_ledger_state::no_room() {
  return fail(errc::storage_full, "what is left on the disk or of storage.map_limit is held back "
                                  "(storage.reserve): nothing new is taken until there is room, "
                                  "deliveries go on");
}

/// Enters or leaves the state in which nothing new is taken. Leaving takes an eighth more room than
/// entering, so that the two do not follow each other with every event.
void delivery_ledger_state::look_for_room() {
  auto tx = options_.storage->read_published();
  if (!tx)
    return;
  auto sizes = options_.storage->sizes(*tx);
  if (!sizes)
    return;
  options_.growth->add(options_.now(), sizes->used_bytes - sizes->free_bytes);
  auto reserve = policy::storage_reserve(options_.reserve_bytes, sizes->map_limit_bytes);
  auto had_room = options_.has_room->load();
  auto has_room = sizes->room_bytes() >= (had_room ? reserve : reserve + reserve / 8);
  if (has_room == had_room)
    return;
  *options_.has_room = has_room;
  if (has_room)
    options_.report_recovery("there is room again: new events are taken");
  else
    options_.report(no_room().detail);
}

/// Whether a disk that failed is well again need not be found out by an event that is refused.
void delivery_ledger_state::look_at_disk() {
  if (*options_.can_write)
    return;
  auto probed = storage::probe_disk(*options_.storage);
  note_disk(probed);
  tell_moves();
  if (!probed && probed.error().code == errc::storage_corrupt)
    self_->quit(to_error(probed.error()));
}

/// Cancels a part of what the first of the removed channels owes.
void delivery_ledger_state::cancel_next() {
  if (cancelling_ || to_cancel_.empty())
    return;
  cancelling_ = true;
  enqueue({cancel_due{to_cancel_.front(), options_.now()}});
}

/// Ends the claims of a channel whose actor is gone: what a process or an actor was sending as it
/// crashed may have arrived, what an actor did not come to is due again. Claims that cannot be read
/// are left alone until the next start, and the others are settled.
expected<void> delivery_ledger_state::settle_claims(const storage::transaction& tx,
                                                    channel_id channel, bool were_interrupted) {
  using storage::due_class;
  auto now = options_.now();
  auto claimed = storage::due_repository{tx, options_.report}.next(channel, due_class::attempting,
                                                                   timestamp::max(), UINT32_MAX);
  if (!claimed && storage::is_unreadable(claimed.error())) {
    options_.report("what channel " + to_string(channel)
                    + " was sending cannot be read: " + claimed.error().detail);
    return {};
  }
  if (!claimed)
    return claimed.error();
  release_deliveries unsent{channel, {}, now};
  for (auto& x : *claimed) {
    // Its successor's, about to be recorded, or sent and not to be recorded.
    if (windows_.is_in_flight(channel, x.delivery) || windows_.is_quarantined(channel, x.delivery))
      continue;
    if (were_interrupted)
      enqueue({interruption(channel, x, now)});
    else
      unsent.ids.push_back(x.delivery);
  }
  if (!unsent.ids.empty())
    enqueue({std::move(unsent)});
  return {};
}

} // namespace tocsin
