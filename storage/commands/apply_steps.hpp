#pragma once

#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <string>

namespace tocsin::storage {

// One function per command. Errors of all besides those that each names: storage_full, storage_io,
// storage_corrupt. Internal to this folder.

/// Where the key is known and the event the same, the result is the first one's with `duplicate`. A
/// delivery through a channel that is not stored is recorded as cancelled.
/// Errors: idempotency_conflict, invalid_argument (key or id over 480 bytes), already_exists (event
/// or delivery id taken).
expected<command_result> apply_step(write_transaction& tx, const accept_event& x);

/// `affected` is 1, or 0 where the attempt was ignored: the delivery has ended or, with
/// `duplicate`, this attempt (its number and start) was recorded before. One whose number is taken
/// by another one gets the next free number. With `fault`, the channel is disabled unless it is so
/// already or has another revision; `disabled_owner` tells. Errors: not_found, invalid_argument
/// (another channel's delivery, number 0, or a `next` no attempt leads to).
expected<command_result> apply_step(write_transaction& tx, const record_attempt& x);

/// `affected` is how many moved. Errors: not_found, invalid_argument (another channel's), in_flight
/// and conflict where one of them may not.
expected<command_result> apply_step(write_transaction& tx, const claim_deliveries& x);

/// As for `claim_deliveries`.
expected<command_result> apply_step(write_transaction& tx, const release_deliveries& x);

/// `affected` is 1, or 0 where the delivery is under way already. Errors: not_found, conflict (its
/// channel is gone; with `unless_delivered` or `unless_cancelled`: it is that).
expected<command_result> apply_step(write_transaction& tx, const resend_delivery& x);

/// Errors: not_found, in_flight (attempting), conflict (no dead letter, or its channel is gone).
expected<command_result> apply_step(write_transaction& tx, const replay_delivery& x);

/// Errors: not_found, in_flight (attempting), conflict (it has ended).
expected<command_result> apply_step(write_transaction& tx, const cancel_delivery& x);

/// Errors: not_found, in_flight, conflict (no dead letter), invalid_argument (the reason).
expected<command_result> apply_step(write_transaction& tx, const discard_delivery& x);

/// Errors: already_exists (id or name taken), not_found (it or its owner), revision_mismatch,
/// invalid_argument (owner or type changed, name empty or too long).
expected<command_result> apply_step(write_transaction& tx, const put_channel& x);

/// Errors: not_found, revision_mismatch.
expected<command_result> apply_step(write_transaction& tx, const remove_channel& x);

/// Errors: invalid_argument (the channel is not removed).
expected<command_result> apply_step(write_transaction& tx, const cancel_due& x);

/// Errors: already_exists (it, or its display name, belongs to another), not_found,
/// revision_mismatch, invalid_argument (no name).
expected<command_result> apply_step(write_transaction& tx, const put_recipient& x);

/// Errors: not_found, revision_mismatch, already_exists (it owns channels).
expected<command_result> apply_step(write_transaction& tx, const remove_recipient& x);

/// Errors: not_found (its recipient), revision_mismatch.
expected<command_result> apply_step(write_transaction& tx, const put_preference& x);

/// Errors: already_exists (another token has this digest).
expected<command_result> apply_step(write_transaction& tx, const put_token& x);

/// Errors: not_found.
expected<command_result> apply_step(write_transaction& tx, const remove_token& x);

/// `affected` is 1, or 0 where the token is gone.
expected<command_result> apply_step(write_transaction& tx, const note_token_use& x);

/// Errors: not_found (the admin).
expected<command_result> apply_step(write_transaction& tx, const put_password& x);

/// Errors: not_found (whoever it is for), already_exists (the digest).
expected<command_result> apply_step(write_transaction& tx, const open_session& x);

/// `affected` is 1, or 0 where the session is gone.
expected<command_result> apply_step(write_transaction& tx, const note_session_use& x);

/// `affected` is 1, or 0 where the session is gone.
expected<command_result> apply_step(write_transaction& tx, const close_session& x);

/// Errors: not_found (the customer), conflict (its portal is off).
expected<command_result> apply_step(write_transaction& tx, const put_portal_link& x);

/// The session is opened for the link's customer. Errors: not_found (no such link, or it is used up
/// or expired, or the portal is off).
expected<command_result> apply_step(write_transaction& tx, const redeem_portal_link& x);

/// Errors: already_exists, not_found, revision_mismatch, invalid_argument (the name).
expected<command_result> apply_step(write_transaction& tx, const put_event_type& x);

/// Errors: not_found, revision_mismatch.
expected<command_result> apply_step(write_transaction& tx, const remove_event_type& x);

/// Errors: invalid_argument (its end, the reason).
expected<command_result> apply_step(write_transaction& tx, const put_pause& x);

/// `affected` is 1, or 0 where there is none.
expected<command_result> apply_step(write_transaction& tx, const remove_pause& x);

/// Errors: invalid_argument, if an operator's `reason` is too long.
expected<void> check_reason(const std::string& reason);

/// The result of a command that changed so many records.
inline command_result result_of(uint64_t affected) {
  command_result result;
  result.affected = affected;
  return result;
}

/// The result of a command that stored an object in its new revision.
inline command_result stored_as(uint64_t revision) {
  command_result result;
  result.revision = revision;
  return result;
}

} // namespace tocsin::storage
