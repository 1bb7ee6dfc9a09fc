#include "storage/commands/group_commit.hpp"

#include "storage/commands/apply.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace tocsin::storage {

namespace {

bool is_storage_failure(const failure& x) {
  return x.code == errc::storage_full || x.code == errc::storage_io
         || x.code == errc::storage_corrupt;
}

bool accepts_events(const commit_entry& x) {
  return !x.commands.empty() && std::holds_alternative<accept_event>(x.commands.front());
}

/// What the command at `place` of an entry is applied as.
authorship nth_of(const authorship& first, size_t place) {
  auto result = first;
  result.id = audit_id{first.id.plus(static_cast<uint32_t>(place))};
  return result;
}

expected<void> apply_all(write_transaction& tx, commit_entry& entry) {
  for (auto& x : entry.commands) {
    auto result = entry.by ? storage::apply(tx, x, nth_of(*entry.by, entry.results.size()))
                           : storage::apply(tx, x);
    if (!result)
      return result.error();
    entry.results.push_back(std::move(*result));
  }
  return {};
}

/// A single command that is refused changes nothing by itself; several need a transaction of
/// their own within `tx`.
expected<void> apply_entry(write_transaction& tx, commit_entry& entry) {
  entry.results.clear();
  if (entry.commands.size() == 1)
    return apply_all(tx, entry);
  auto nested = tx.begin_nested();
  if (!nested)
    return nested.error();
  if (auto done = apply_all(*nested, entry); !done)
    return done;
  return nested->commit();
}

/// Whether a command comes with each event, so that it is worth the journal. All others change what
/// others read at once.
bool is_frequent(const command& x) {
  if (auto attempt = std::get_if<record_attempt>(&x))
    return !attempt->fault;
  return std::holds_alternative<accept_event>(x) || std::holds_alternative<claim_deliveries>(x)
         || std::holds_alternative<release_deliveries>(x);
}

commit_way way_of(std::span<const commit_entry> entries, commit_way wanted) {
  auto is_ordinary
    = [](const commit_entry& x) { return std::ranges::all_of(x.commands, is_frequent); };
  return std::ranges::all_of(entries, is_ordinary) ? wanted : commit_way::lmdb;
}

struct commit_try {
  expected<void> done;
  /// Whether an entry was found to be to blame, which is refused by now.
  bool entry_blamed = false;
};

/// Tries to commit everything that is not refused yet.
commit_try try_commit(environment& env, std::span<commit_entry> entries,
                      std::vector<delivery_move>* moves, commit_way way) {
  auto tx = env.write(way_of(entries, way));
  if (!tx)
    return {tx.error()};
  if (moves != nullptr)
    tx->keep_changes();
  // What the journal held and LMDB lost was told of before.
  auto repeated = tx->changes().size();
  for (auto& entry : entries) {
    if (entry.refusal)
      continue;
    auto done = apply_entry(*tx, entry);
    if (done)
      continue;
    if (!is_storage_failure(done.error())) {
      entry.refusal = done.error();
      continue;
    }
    auto is_to_blame = done.error().code == errc::storage_corrupt;
    if (is_to_blame)
      entry.refusal = done.error();
    return {std::move(done), is_to_blame};
  }
  auto committed = tx->commit();
  if (committed && moves != nullptr)
    *moves = moves_among(tx->changes().substr(repeated));
  return {std::move(committed)};
}

/// Grows a map that is full. Returns what the commit failed with in the end: rather than that it is
/// full, what keeps it from growing.
expected<void> make_room(environment& env, const failure& why) {
  if (!env.map_is_full())
    return why;
  return env.grow();
}

/// Refuses the entries that accept events. Returns whether there were any.
bool shed_events(std::span<commit_entry> entries, const failure& why) {
  bool result = false;
  for (auto& entry : entries)
    if (!entry.refusal && accepts_events(entry)) {
      entry.refusal = why;
      result = true;
    }
  return result;
}

} // namespace

expected<void> commit_together(environment& env, std::span<commit_entry> entries,
                               std::vector<delivery_move>* moves, commit_way way) {
  for (;;) {
    auto [done, entry_blamed] = try_commit(env, entries, moves, way);
    if (done)
      return done;
    if (entry_blamed)
      continue;
    auto ready = make_room(env, done.error());
    if (!ready && !shed_events(entries, ready.error()))
      return ready;
  }
}

} // namespace tocsin::storage
