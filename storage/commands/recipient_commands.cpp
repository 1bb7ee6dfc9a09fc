#include "storage/commands/apply_steps.hpp"
#include "storage/commands/lock_out.hpp"
#include "storage/commands/revision.hpp"
#include "storage/engine/codec.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/records/recipient_record.hpp"
#include "storage/repositories/recipient_repository.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

namespace {

std::string what(const recipient_id& id) {
  return "the recipient " + to_string(id);
}

bool has_indexed_name(const recipient& x) {
  return x.id.kind == recipient_kind::customer && !x.display_name.empty();
}

expected<void> check_recipient_revision(const put_recipient& x,
                                        const std::optional<recipient>& stored) {
  if (x.expected_revision == 0) {
    if (stored)
      return fail(errc::already_exists, what(x.value.id) + " exists already");
    return {};
  }
  if (!stored)
    return fail(errc::not_found, "there is no recipient " + to_string(x.value.id));
  return check_revision(what(x.value.id), stored->revision, x.expected_revision);
}

/// Events name customers by id or display name, so neither may be one of another customer.
expected<void> check_customer_name(const transaction& tx, const recipient& x,
                                   std::string_view name) {
  auto named = recipient_repository{tx}.find_customer(name);
  if (!named)
    return named.error();
  if (*named && (*named)->id != x.id)
    return fail(errc::already_exists, fmt::format("the customer {} goes by the name '{}' already",
                                                  (*named)->id.name, name));
  return {};
}

expected<void> move_customer_name(write_transaction& tx, const std::optional<recipient>& before,
                                  const recipient* after) {
  if (before && has_indexed_name(*before)) {
    auto key = customer_name_key(before->display_name);
    if (auto erased = tx.erase(database::customer_names, key); !erased)
      return erased.error();
  }
  if (after == nullptr || !has_indexed_name(*after))
    return {};
  return tx.put(database::customer_names, customer_name_key(after->display_name), after->id.name);
}

expected<bool> owns_channels(const transaction& tx, const recipient_id& id) {
  auto at = tx.open_cursor(database::channel_names);
  if (!at)
    return at.error();
  auto prefix = channel_name_prefix(id);
  auto found = at->seek(prefix);
  if (!found)
    return found;
  return *found && at->key().starts_with(prefix);
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const put_recipient& x) {
  if (!parse_recipient_id(to_string(x.value.id)))
    return fail(errc::invalid_argument, "the recipient is not valid",
                {{"/name", "invalid", "1 to 64 characters of a-z 0-9 . _ -"}});
  auto stored = recipient_repository{tx}.find(x.value.id);
  if (!stored)
    return stored.error();
  if (auto ok = check_recipient_revision(x, *stored); !ok)
    return ok.error();
  if (x.value.id.kind == recipient_kind::customer) {
    for (auto& name : {x.value.id.name, x.value.display_name})
      if (auto ok = check_customer_name(tx, x.value, name); !ok)
        return ok.error();
  }
  if (auto moved = move_customer_name(tx, *stored, &x.value); !moved)
    return moved.error();
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  auto record = encode_recipient(tx.scratch(), value);
  if (auto put = tx.put(database::recipients, recipient_key(value.id), record); !put)
    return put.error();
  // A portal that is opened again lets nobody in who had been put out.
  if (*stored && (*stored)->portal_enabled && !value.portal_enabled)
    if (auto done = lock_out(tx, value.id); !done)
      return done.error();
  return stored_as(value.revision);
}

expected<command_result> apply_step(write_transaction& tx, const remove_recipient& x) {
  auto stored = recipient_repository{tx}.find(x.id);
  if (!stored)
    return stored.error();
  if (!*stored)
    return fail(errc::not_found, "there is no recipient " + to_string(x.id));
  if (x.expected_revision)
    if (auto ok = check_revision(what(x.id), (*stored)->revision, *x.expected_revision); !ok)
      return ok.error();
  auto owner = owns_channels(tx, x.id);
  if (!owner)
    return owner.error();
  if (*owner)
    return fail(errc::already_exists, what(x.id) + " still owns channels");
  if (auto moved = move_customer_name(tx, *stored, nullptr); !moved)
    return moved.error();
  if (auto done = lock_out(tx, x.id); !done)
    return done.error();
  if (x.id.kind == recipient_kind::admin)
    if (auto erased = tx.erase(database::passwords, x.id.name); !erased)
      return erased.error();
  for (auto db : {database::preferences, database::recipients})
    if (auto erased = tx.erase(db, recipient_key(x.id)); !erased)
      return erased.error();
  return result_of(0);
}

expected<command_result> apply_step(write_transaction& tx, const put_preference& x) {
  recipient_repository recipients{tx};
  auto owner = recipients.find(x.value.recipient);
  if (!owner)
    return owner.error();
  if (!*owner)
    return fail(errc::not_found, "there is no recipient " + to_string(x.value.recipient));
  auto stored = recipients.find_preference(x.value.recipient);
  if (!stored)
    return stored.error();
  auto revision = *stored ? (*stored)->revision : 0;
  auto name = "the preference of " + to_string(x.value.recipient);
  if (auto ok = check_revision(name, revision, x.expected_revision); !ok)
    return ok.error();
  auto value = x.value;
  value.revision = revision + 1;
  auto record = encode_preference(tx.scratch(), value);
  if (auto put = tx.put(database::preferences, recipient_key(value.recipient), record); !put)
    return put.error();
  return stored_as(value.revision);
}

} // namespace tocsin::storage
