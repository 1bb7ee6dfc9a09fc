#include "actors/ledger/record_pruner.hpp"

#include "storage/engine/write_with_room.hpp"
#include "storage/upkeep/prune_audit.hpp"
#include "storage/upkeep/prune_counts.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "storage/upkeep/prune_sessions.hpp"

namespace tocsin {

namespace {

/// One step is small, so that events do not wait for it.
constexpr uint32_t prune_step = 500;

/// Only every sixtieth round, an hour at the ledger's pace, looks again at the old events that were
/// kept for the sake of their deliveries: after an outage these may be millions.
constexpr uint32_t rounds_per_whole_one = 60;

/// Removes with `prune_some(transaction, sink)`, which gives `expected<bool>`, whether there is
/// more, and commits. To remove something takes pages first.
template <class Prune>
expected<bool> prune_and_commit(storage::environment& env, Prune prune_some,
                                const storage::fault_sink& on_unreadable) {
  return storage::write_with_room(env, [&]() -> expected<bool> {
    auto tx = env.write();
    if (!tx)
      return tx.error();
    expected<bool> is_more = prune_some(*tx, on_unreadable);
    if (!is_more)
      return is_more;
    if (auto committed = tx->commit(); !committed)
      return committed.error();
    return is_more;
  });
}

} // namespace

record_pruner::record_pruner(std::shared_ptr<storage::environment> env,
                             const retention_terms& terms,
                             const repeated_fault::report_sink& report,
                             const repeated_fault::report_sink& report_recovery)
  : env_(std::move(env)),
    terms_(terms),
    events_(make_kind("events", report, report_recovery)),
    audit_(make_kind("entries of the audit log", report, report_recovery)),
    sessions_(make_kind("sessions", report, report_recovery)),
    counts_(make_kind("hourly counts", report, report_recovery)) {}

record_pruner::kind record_pruner::make_kind(const std::string& name,
                                             const repeated_fault::report_sink& report,
                                             const repeated_fault::report_sink& report_recovery) {
  return {name, {report, report_recovery, "all old " + name + " can be removed again"}};
}

bool record_pruner::step(timestamp now) {
  using storage::fault_sink;
  using storage::write_transaction;
  auto next = from_;
  auto young = first_young_;
  auto prune_events = [&](write_transaction& tx, const fault_sink& sink) -> expected<bool> {
    auto pruned = storage::prune_events(tx, now, terms_.events, prune_step, from_, sink);
    if (!pruned)
      return pruned.error();
    if (!young)
      young = pruned->first_young;
    next = pruned->resume.value_or(young.value_or(event_id{}));
    return pruned->resume.has_value();
  };
  auto events = run(events_, from_ == event_id{}, prune_events);
  if (events) {
    from_ = next;
    first_young_ = young;
  }
  auto next_audit = audit_from_;
  auto prune_audit = [&](write_transaction& tx, const fault_sink& sink) -> expected<bool> {
    auto pruned = storage::prune_audit(tx, now, terms_.audit, prune_step, audit_from_, sink);
    if (!pruned)
      return pruned.error();
    next_audit = pruned->resume.value_or(audit_id{});
    return pruned->resume.has_value();
  };
  auto audit = run(audit_, audit_from_ == audit_id{}, prune_audit);
  if (audit)
    audit_from_ = next_audit;
  if (begins_round_)
    prune_small_kinds(now);
  begins_round_ = !((events && *events) || (audit && *audit));
  if (begins_round_)
    begin_next_round();
  return !begins_round_;
}

void record_pruner::begin_next_round() {
  first_young_.reset();
  if (++rounds_ % rounds_per_whole_one == 0)
    from_ = {};
}

/// What one step is enough for, once a round.
void record_pruner::prune_small_kinds(timestamp now) {
  using storage::fault_sink;
  using storage::write_transaction;
  run(sessions_, true, [&](write_transaction& tx, const fault_sink& sink) -> expected<bool> {
    if (auto pruned = storage::prune_sessions(tx, now, prune_step, sink); !pruned)
      return pruned.error();
    return false;
  });
  run(counts_, true, [&](write_transaction& tx, const fault_sink&) -> expected<bool> {
    if (auto pruned = storage::prune_counts(tx, now - terms_.events, prune_step); !pruned)
      return pruned.error();
    return false;
  });
}

/// Does one step for `x`, and says at the end of a round how it went. What could not be read counts
/// until a round looks at all of them again.
template <class Prune>
expected<bool> record_pruner::run(kind& x, bool is_from_the_first, Prune prune_some) {
  if (is_from_the_first)
    x.unreadable.clear();
  auto is_more = prune_and_commit(*env_, prune_some, [&x](const std::string& what) {
    if (x.unreadable.empty())
      x.unreadable = what;
  });
  if (!is_more) {
    x.fault.met("old " + x.name + " cannot be removed: " + is_more.error().detail);
    return is_more;
  }
  if (*is_more)
    return is_more;
  if (x.unreadable.empty())
    x.fault.gone();
  else
    x.fault.met(x.name + " that cannot be read stay, the first of them: " + x.unreadable);
  return is_more;
}

} // namespace tocsin
