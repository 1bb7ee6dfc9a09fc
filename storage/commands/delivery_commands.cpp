#include "storage/commands/apply_steps.hpp"
#include "storage/commands/delivery_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace tocsin::storage {

namespace {

using policy::stimulus;

/// The deliveries `ids` of one channel, each moved by `what`; `change` sets the rest. Nothing is
/// stored before all of them may move.
template <class Change>
expected<command_result> move_all(write_transaction& tx, const channel_id& channel,
                                  std::vector<delivery_id> ids, Change change) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  std::vector<delivery_change> changes;
  changes.reserve(ids.size());
  for (auto& id : ids) {
    auto each = delivery_change::begin(tx, id);
    if (!each)
      return each.error();
    if (each->before().channel != channel)
      return fail(errc::invalid_argument,
                  fmt::format("the delivery {} is not one of the channel {}", to_string(id),
                              to_string(channel)));
    if (auto moved = change(*each); !moved)
      return moved.error();
    changes.push_back(std::move(*each));
  }
  for (auto& each : changes)
    if (auto stored = each.store(); !stored)
      return stored.error();
  return result_of(changes.size());
}

/// What was never tried since it was accepted or sent again is a first attempt.
delivery_state waiting_state(const delivery_head& x) {
  return x.attempts == 0 ? delivery_state::pending : delivery_state::scheduled;
}

/// Gives a delivery that has ended a schedule of its own from `at` on.
void begin_anew(delivery_change& x, timestamp at) {
  auto& head = x.head();
  head.due_at = at;
  head.attempts = 0;
  head.reason = suppression::none;
  head.resent_at = at;
  head.finished_at = {};
  x.set_note({});
}

} // namespace

expected<void> check_reason(const std::string& reason) {
  if (reason.size() <= max_reason_bytes)
    return {};
  return fail(
    errc::invalid_argument, "the reason is too long",
    {{"/reason", "too_long",
      fmt::format("'reason' takes up to {} bytes, not {}", max_reason_bytes, reason.size())}});
}

expected<command_result> apply_step(write_transaction& tx, const claim_deliveries& x) {
  return move_all(tx, x.channel, x.ids, [&x](delivery_change& each) {
    each.head().due_at = x.at;
    return each.move(stimulus::claimed);
  });
}

expected<command_result> apply_step(write_transaction& tx, const release_deliveries& x) {
  return move_all(tx, x.channel, x.ids, [&x](delivery_change& each) {
    each.head().due_at = x.at;
    return each.move(stimulus::released, waiting_state(each.before()));
  });
}

expected<command_result> apply_step(write_transaction& tx, const resend_delivery& x) {
  auto change = delivery_change::begin(tx, x.id);
  if (!change)
    return change.error();
  if (x.unless_delivered && change->before().state == delivery_state::delivered)
    return fail(errc::conflict, fmt::format("the delivery {} has been delivered", to_string(x.id)));
  if (x.unless_cancelled && change->before().state == delivery_state::cancelled)
    return fail(errc::conflict, fmt::format("the delivery {} was cancelled", to_string(x.id)));
  if (auto moved = change->move(stimulus::resent, delivery_state::pending); !moved)
    return moved.error();
  auto before = change->before().state;
  if (before == delivery_state::pending || before == delivery_state::attempting)
    return result_of(0);
  if (before == delivery_state::scheduled)
    change->head().due_at = x.at;
  else
    begin_anew(*change, x.at);
  if (auto stored = change->store(); !stored)
    return stored.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const replay_delivery& x) {
  auto change = delivery_change::begin(tx, x.id);
  if (!change)
    return change.error();
  if (auto moved = change->move(stimulus::replayed, delivery_state::scheduled); !moved)
    return moved.error();
  begin_anew(*change, x.at);
  if (auto stored = change->store(); !stored)
    return stored.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const cancel_delivery& x) {
  if (auto ok = check_reason(x.reason); !ok)
    return ok.error();
  auto change = delivery_change::begin(tx, x.id);
  if (!change)
    return change.error();
  if (auto moved = change->move(stimulus::cancelled); !moved)
    return moved.error();
  change->head().finished_at = x.at;
  if (!x.reason.empty())
    change->set_note(x.reason);
  if (auto stored = change->store(); !stored)
    return stored.error();
  return result_of(1);
}

expected<command_result> apply_step(write_transaction& tx, const discard_delivery& x) {
  if (x.reason.empty())
    return fail(errc::invalid_argument, "a dead letter is not discarded without a reason",
                {{"/reason", "required", "'reason' is required"}});
  if (auto ok = check_reason(x.reason); !ok)
    return ok.error();
  auto change = delivery_change::begin(tx, x.id);
  if (!change)
    return change.error();
  if (auto moved = change->move(stimulus::discarded); !moved)
    return moved.error();
  change->head().finished_at = x.at;
  change->set_note(x.reason);
  if (auto stored = change->store(); !stored)
    return stored.error();
  return result_of(1);
}

} // namespace tocsin::storage
