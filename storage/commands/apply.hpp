#pragma once

#include "messages/audit.hpp"
#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin::storage {

/// Applies one command: the only way by which what was said to the service, and what became of it,
/// changes. What else writes is upkeep: pruning (`prune_events`, `prune_audit`, `prune_sessions`,
/// `prune_counts`), sealing with a new key (`rotate_key`, which notes itself in the audit log),
/// `migrate`, and `probe_disk`, which changes nothing. Deterministic: no clock, no randomness,
/// nothing read but the transaction. Nothing is durable before the transaction is committed.
///
/// A command that is refused changes nothing, and the transaction goes on; `apply_steps.hpp` says
/// what each may be refused for, and what its result tells. After storage_full, storage_io or
/// storage_corrupt the whole transaction can only be undone.
expected<command_result> apply(write_transaction& tx, const command& x);

/// As above, and makes the entry `as` of the audit log if the command is one that is audited
/// (`audit_subject.hpp`) and was not refused. Errors besides: managed (`manager_check.hpp`).
expected<command_result> apply(write_transaction& tx, const command& x, const authorship& as);

} // namespace tocsin::storage
