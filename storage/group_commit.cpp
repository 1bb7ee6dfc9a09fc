#include "storage/group_commit.hpp"

#include "storage/apply.hpp"

#include <algorithm>
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
    entry.results.push_back(*result);
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

/// One try at committing everything that is not refused yet. A failure says whether to try again
/// through `errc`: storage_corrupt means that the entry to blame is refused by now.
expected<void> try_commit(environment& env, std::span<commit_entry> entries,
                          std::vector<delivery_move>& moves, bool is_watched) {
  moves.clear();
  auto tx = env.write();
  if (!tx)
    return tx.error();
  tx->watch_moves(is_watched ? &moves : nullptr);
  for (auto& entry : entries) {
    if (entry.refusal)
      continue;
    auto noted = moves.size();
    auto done = apply_entry(*tx, entry);
    if (done)
      continue;
    // What is undone befell nobody.
    moves.resize(noted);
    if (!is_storage_failure(done.error())) {
      entry.refusal = done.error();
      continue;
    }
    if (done.error().code == errc::storage_corrupt)
      entry.refusal = done.error();
    return done;
  }
  return tx->commit();
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
                               std::vector<delivery_move>* moves) {
  std::vector<delivery_move> noted;
  for (;;) {
    auto refused_before = std::count_if(entries.begin(), entries.end(),
                                        [](auto& x) { return x.refusal.has_value(); });
    auto done = try_commit(env, entries, noted, moves != nullptr);
    if (done) {
      if (moves != nullptr)
        *moves = std::move(noted);
      return done;
    }
    auto refused = std::count_if(entries.begin(), entries.end(),
                                 [](auto& x) { return x.refusal.has_value(); });
    auto entry_blamed = done.error().code == errc::storage_corrupt && refused > refused_before;
    auto grown = done.error().code == errc::storage_full && env.grow();
    if (!entry_blamed && !grown && !shed_events(entries, done.error()))
      return done;
  }
}

} // namespace tocsin::storage
