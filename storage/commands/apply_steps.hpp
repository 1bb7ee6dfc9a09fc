#pragma once

#include "messages/commands.hpp"
#include "messages/failure.hpp"
#include "storage/engine/transaction.hpp"

#include <string>

namespace tocsin::storage {

// One function per command; `apply.hpp` says what each may refuse. Internal to this folder.

expected<command_result> apply_step(write_transaction& tx, const accept_event& x);
expected<command_result> apply_step(write_transaction& tx, const record_attempt& x);
expected<command_result> apply_step(write_transaction& tx, const claim_deliveries& x);
expected<command_result> apply_step(write_transaction& tx, const release_deliveries& x);
expected<command_result> apply_step(write_transaction& tx, const resend_delivery& x);
expected<command_result> apply_step(write_transaction& tx, const cancel_delivery& x);
expected<command_result> apply_step(write_transaction& tx, const discard_delivery& x);
expected<command_result> apply_step(write_transaction& tx, const put_channel& x);
expected<command_result> apply_step(write_transaction& tx, const remove_channel& x);
expected<command_result> apply_step(write_transaction& tx, const cancel_due& x);
expected<command_result> apply_step(write_transaction& tx, const put_recipient& x);
expected<command_result> apply_step(write_transaction& tx, const remove_recipient& x);
expected<command_result> apply_step(write_transaction& tx, const put_preference& x);
expected<command_result> apply_step(write_transaction& tx, const put_token& x);
expected<command_result> apply_step(write_transaction& tx, const remove_token& x);
expected<command_result> apply_step(write_transaction& tx, const note_token_use& x);
expected<command_result> apply_step(write_transaction& tx, const put_password& x);
expected<command_result> apply_step(write_transaction& tx, const open_session& x);
expected<command_result> apply_step(write_transaction& tx, const note_session_use& x);
expected<command_result> apply_step(write_transaction& tx, const close_session& x);
expected<command_result> apply_step(write_transaction& tx, const put_portal_link& x);
expected<command_result> apply_step(write_transaction& tx, const redeem_portal_link& x);
expected<command_result> apply_step(write_transaction& tx, const put_event_type& x);
expected<command_result> apply_step(write_transaction& tx, const remove_event_type& x);
expected<command_result> apply_step(write_transaction& tx, const put_pause& x);
expected<command_result> apply_step(write_transaction& tx, const remove_pause& x);

/// Errors: invalid_argument, if an operator's `reason` is too long.
expected<void> check_reason(const std::string& reason);

/// The result of a command that reports a single number: a new revision or a count.
inline command_result result_of(uint64_t value) {
  command_result result;
  result.value = value;
  return result;
}

} // namespace tocsin::storage
