#pragma once

#include "messages/audit.hpp"
#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

namespace tocsin::storage {

/// Applies one command: the only way by which what was said to the service, and what became of it,
/// changes. What else writes is upkeep: pruning (`prune_events`, `prune_audit`, `prune_sessions`,
/// `prune_counts`), sealing anew (`rotate_key`, which notes itself in the audit log), `migrate`,
/// and `probe_disk`, which changes nothing. Deterministic: no clock, no randomness, nothing read
/// but the transaction. Nothing is durable before the transaction is committed.
///
/// A command that is refused changes nothing, and the transaction goes on:
/// - `accept_event`: idempotency_conflict; invalid_argument (key or id over 480 bytes);
///   already_exists (event or delivery id taken). Where the key is known and the event the same,
///   the result is the first one's with `duplicate`. A delivery through a channel that is not
///   stored is recorded as cancelled.
/// - `record_attempt`: not_found; invalid_argument (another channel's delivery, number 0, or a
///   `next` no attempt leads to). `value` is 1, or 0 where it was ignored, because the delivery has
///   ended or, with `duplicate`, because this attempt (its number and start) was recorded before.
///   An attempt whose number is taken by another one gets the next free number. With `fault`, the
///   channel is disabled unless it is so already or has another revision; `disabled_owner` tells.
/// - `claim_deliveries`, `release_deliveries`: not_found, invalid_argument (another channel's),
///   in_flight and conflict where one of them may not; `value` is how many moved.
/// - `resend_delivery`: not_found, conflict (its channel is gone; with `only_dead_letter`: it is
///   none; with `unless_delivered` or `unless_cancelled`: it is that), in_flight
///   (`only_dead_letter`, and it is attempting). `value` is 1, or 0 where it is under way already.
/// - `cancel_delivery`: not_found, in_flight (attempting), conflict (it has ended).
/// - `discard_delivery`: not_found, in_flight, conflict (no dead letter), invalid_argument (the
///   reason).
/// - `put_channel`: already_exists (id or name taken), not_found (it or its owner),
///   revision_mismatch, invalid_argument (owner or type changed, name empty or too long).
/// - `remove_channel`: not_found, revision_mismatch.
/// - `cancel_due`: invalid_argument (the channel is not removed).
/// - `put_recipient`: already_exists (it, or its display name, belongs to another), not_found,
///   revision_mismatch, invalid_argument (no name).
/// - `remove_recipient`: not_found, revision_mismatch, already_exists (it owns channels).
/// - `put_preference`: not_found (its recipient), revision_mismatch.
/// - `put_token`: already_exists (another token has this digest).
/// - `remove_token`: not_found. `note_token_use`: `value` is 1, or 0 where the token is gone.
/// - `put_password`: not_found (the admin).
/// - `open_session`: not_found (whoever it is for), already_exists (the digest).
/// - `note_session_use`: `value` is 1, or 0 where the session is gone. `close_session`: as that.
/// - `put_portal_link`: not_found (the customer), conflict (its portal is off).
/// - `redeem_portal_link`: not_found (no such link, or it is used up or expired, or the portal is
///   off); the session is opened for the link's customer.
/// - `put_event_type`: already_exists, not_found, revision_mismatch, invalid_argument (the name).
/// - `remove_event_type`: not_found, revision_mismatch.
/// - `put_pause`: invalid_argument (its end, the reason). `remove_pause`: `value` is 1, or 0 where
///   there is none.
///
/// After storage_full, storage_io or storage_corrupt the whole transaction can only be undone.
expected<command_result> apply(write_transaction& tx, const command& x);

/// As above, and makes the entry `as` of the audit log if the command is one that is audited
/// (`audit_subject.hpp`) and was not refused. Errors besides: managed (`manager_check.hpp`).
expected<command_result> apply(write_transaction& tx, const command& x, const authorship& as);

} // namespace tocsin::storage
