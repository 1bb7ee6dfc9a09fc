#pragma once

#include "messages/audit.hpp"
#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/environment.hpp"
#include "storage/repositories/delivery_move.hpp"

#include <boost/container/small_vector.hpp>

#include <optional>
#include <span>
#include <vector>

namespace tocsin::storage {

/// Commands that are applied all or none, with what became of them.
struct commit_entry {
  std::vector<command> commands;
  /// One for each command, once the entry is committed. Most entries have one.
  boost::container::small_vector<command_result, 1> results;
  /// Why the entry was not committed.
  std::optional<failure> refusal;
  /// Under whose name it stands in the audit log; nothing for what is not audited. The id is that
  /// of the first command, the following ones have those that follow.
  std::optional<authorship> by = std::nullopt;
};

/// Applies all entries in their order in one transaction and makes them durable with one fsync.
/// An entry that is refused leaves the others as they are. When the map is full it is grown. Where
/// that does not help, and after any other failure, entries that accept events are refused with
/// what failed and the others tried again without them. A record that cannot be understood refuses
/// the entry that met it, and that one alone. Where `moves` is given, it holds afterwards what was
/// committed of deliveries, in order. With `commit_way::journal`, for who publishes soon
/// afterwards, the journal takes what comes with every event. The writer's thread only. Errors:
/// storage_full, storage_io, storage_corrupt, unavailable (a write transaction is active, or
/// readers keep the map from growing for now): nothing was committed, and no entry without a
/// `refusal` of its own is to blame.
expected<void> commit_together(environment& env, std::span<commit_entry> entries,
                               std::vector<delivery_move>* moves = nullptr,
                               commit_way way = commit_way::lmdb);

} // namespace tocsin::storage
