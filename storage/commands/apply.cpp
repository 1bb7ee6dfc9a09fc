#include "storage/commands/apply.hpp"

#include "storage/commands/apply_steps.hpp"
#include "storage/commands/audit_picture.hpp"
#include "storage/commands/audit_subject.hpp"
#include "storage/commands/manager_check.hpp"
#include "storage/engine/codec.hpp"
#include "storage/records/audit_record.hpp"

#include <variant>

namespace tocsin::storage {

namespace {

std::string action_of(const audit_subject& what, const std::string& before) {
  if (!what.is_put)
    return what.action;
  return what.action + (before.empty() ? ".create" : ".change");
}

/// An attempt that finds its channel dead leaves it as it is where somebody was quicker.
bool is_noted(const command& x, const command_result& result) {
  return !std::holds_alternative<record_attempt>(x) || result.disabled_owner;
}

} // namespace

expected<command_result> apply(write_transaction& tx, const command& x) {
  return std::visit([&tx](const auto& step) { return apply_step(tx, step); }, x);
}

expected<command_result> apply(write_transaction& tx, const command& x, const authorship& as) {
  auto what = audit_subject_of(x);
  if (!what)
    return apply(tx, x);
  if (auto free = check_manager(tx, x, as.by); !free)
    return free.error();
  auto before = picture_of(tx, x);
  if (!before)
    return before.error();
  auto result = apply(tx, x);
  if (!result || !is_noted(x, *result))
    return result;
  auto after = picture_of(tx, x);
  if (!after)
    return after.error();
  if (auto channel = std::get_if<put_channel>(&x))
    after = with_changed_settings(std::move(*after), channel->changed_settings);
  audit_entry entry{as.id, as.at, as.by, action_of(*what, *before), std::move(what->object),
                    {},    {}};
  entry.before = std::move(*before);
  entry.after = std::move(*after);
  auto record = encode_audit_entry(tx.scratch(), entry);
  if (auto put = tx.put(database::audit, as_key(entry.id), record); !put)
    return put.error();
  return result;
}

} // namespace tocsin::storage
