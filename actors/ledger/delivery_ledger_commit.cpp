#include "actors/ledger/delivery_ledger.hpp"
#include "actors/shared/disk_trouble.hpp"
#include "storage/repositories/delivery_repository.hpp"

#include <utility>

// delivery_ledger_state, part 2: how a group becomes durable, and is published.

namespace tocsin {

namespace {

using namespace std::chrono_literals;

/// For this long changes may be durable by the journal alone: that is how late others see them, and
/// how long those wait who want to see all. A quarter of it costs a tenth of the flood, and more
/// saves nothing.
constexpr auto longest_unpublished = 20ms;

/// Under load memory and room are measured after commits too, but not more often than this.
constexpr auto shortest_pause_between_measurements = 100ms;

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

void delivery_ledger_state::commit_waiting() {
  attempts_wait_until_.reset();
  auto taken = std::exchange(gathered_, {});
  if (taken.entries.empty())
    return;
  // The next group is about as large.
  gathered_.entries.reserve(taken.entries.size());
  gathered_.waiters.reserve(taken.entries.size());
  for (auto& entry : taken.entries)
    refuse_in_flight(entry);
  auto committed = make_durable(taken.entries);
  finish_group(taken, committed);
  tell_moves();
  request_publishing(committed ? longest_unpublished : pause_after_disk_trouble);
  // No single entry is to blame any more: only reopening the storage can help.
  if (!committed && committed.error().code == errc::storage_corrupt)
    return self_->quit(to_error(committed.error()));
  if (!committed)
    keep_for_later(std::move(taken));
  if (options_.steady_now() - storage_measured_at_ >= shortest_pause_between_measurements)
    measure_storage();
  fill_windows();
}

expected<void> delivery_ledger_state::make_durable(std::span<storage::commit_entry> entries) {
  std::vector<storage::delivery_move> moved;
  auto committed = storage::commit_together(*options_.storage, entries, moves_ ? &moved : nullptr,
                                            storage::commit_way::journal);
  if (committed)
    moved_.insert(moved_.end(), moved.begin(), moved.end());
  note_disk(answer_of_disk(entries, committed));
  note_journal();
  return committed;
}

/// Without the journal each group waits for a commit of the database, and nothing else shows it.
void delivery_ledger_state::note_journal() {
  if (auto& fault = options_.storage->journal_fault())
    journal_fault_->met("the journal cannot be written, so that every event waits for a commit of "
                        "the database: "
                        + fault->detail);
  else
    journal_fault_->gone();
}

/// Where the commit failed, those are told who wait and can ask again; the rest is kept.
void delivery_ledger_state::finish_group(group& x, const expected<void>& committed) {
  for (size_t i = 0; i < x.entries.size(); ++i) {
    auto& entry = x.entries[i];
    if (!committed && !entry.refusal)
      entry.refusal = committed.error();
    if (committed || is_asked_for(entry))
      finish(entry, x.waiters[i]);
  }
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
void delivery_ledger_state::keep_for_later(group x) {
  for (size_t i = 0; i < x.entries.size(); ++i) {
    if (is_asked_for(x.entries[i]))
      continue;
    x.entries[i].refusal.reset();
    gathered_.entries.push_back(std::move(x.entries[i]));
    gathered_.waiters.push_back(std::move(x.waiters[i]));
  }
  if (!gathered_.entries.empty() && !flush_requested_) {
    flush_requested_ = true;
    self_->delayed_send(self_, pause_after_disk_trouble, flush_ledger{});
  }
}

void delivery_ledger_state::on_publish_changes(const publish_changes& msg) {
  if (!publishing_.rings(msg.number))
    return;
  publish();
  request_publishing(pause_after_disk_trouble);
}

/// Has others see what is durable by the journal alone.
void delivery_ledger_state::publish() {
  auto is_tried = options_.storage->has_unpublished();
  auto published = options_.storage->publish();
  // Where there was nothing to write the disk was not asked.
  if (is_tried)
    note_disk(published);
  if (!published && published.error().code == errc::storage_corrupt)
    return self_->quit(to_error(published.error()));
  tell_moves();
}

/// The moves are told only once whoever hears of them can read them.
void delivery_ledger_state::tell_moves() {
  if (moved_.empty() || options_.storage->has_unpublished())
    return;
  if (moves_)
    moves_->append(moved_);
  moved_.clear();
}

/// Where there is anything to publish, and no earlier moment is set for it.
void delivery_ledger_state::request_publishing(std::chrono::milliseconds delay) {
  if (!options_.storage->has_unpublished())
    return;
  auto at = options_.steady_now() + delay;
  if (!publishing_.at() || at < *publishing_.at())
    self_->delayed_send(self_, delay, publish_changes{publishing_.set(at)});
}

/// Keeps whether the disk takes what is written, and says when that changes. Without room it may
/// be well: that is told apart. What was not written for want of a map that grows says nothing.
void delivery_ledger_state::note_disk(const expected<void>& written) {
  if (!written && written.error().code == errc::unavailable)
    return;
  auto is_well = written || written.error().code == errc::storage_full;
  if (is_well == *options_.can_write)
    return;
  *options_.can_write = is_well;
  if (is_well)
    options_.report_recovery("the disk takes writes again");
  else
    options_.report("the disk does not take what is written: " + written.error().detail);
}

} // namespace tocsin
