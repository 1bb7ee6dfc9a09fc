#include "messages/object_limits.hpp"
#include "storage/commands/apply_steps.hpp"
#include "storage/commands/delivery_change.hpp"
#include "storage/commands/revision.hpp"
#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/files/fault_sink.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/records/due_record.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/repositories/channel_repository.hpp"
#include "storage/repositories/due_counts.hpp"

#include <fmt/format.h>

#include <vector>

namespace tocsin::storage {

namespace {

failure bad_channel(const char* pointer, const char* code, std::string detail) {
  return fail(errc::invalid_argument, "the channel is not valid",
              {{pointer, code, std::move(detail)}});
}

std::string what(const channel_id& id) {
  return fmt::format("the channel {}", to_string(id));
}

expected<void> check_new(const transaction& tx, const put_channel& x,
                         const std::optional<stored_channel>& stored) {
  if (stored)
    return fail(errc::already_exists, what(x.value.id) + " exists already");
  // A channel's id cannot come back while deliveries of the old one are still to be cancelled.
  auto count = find_due_count(tx, x.value.id);
  if (!count)
    return count.error();
  if (*count)
    return fail(errc::already_exists, what(x.value.id) + " is still being removed");
  return {};
}

expected<void> check_change(const put_channel& x, const std::optional<stored_channel>& stored) {
  if (!stored)
    return fail(errc::not_found, "there is no channel " + to_string(x.value.id));
  if (auto ok = check_revision(what(x.value.id), stored->value.revision, x.expected_revision); !ok)
    return ok;
  if (stored->value.owner != x.value.owner)
    return bad_channel("/owner", "immutable", "a channel's owner cannot change");
  if (stored->value.type != x.value.type)
    return bad_channel("/type", "immutable", "a channel's type cannot change");
  return {};
}

expected<void> check_name(const transaction& tx, const channel& x) {
  if (x.name.empty())
    return bad_channel("/name", "required", "a channel needs a name");
  if (x.name.size() > max_channel_name_bytes)
    return bad_channel("/name", "too_long",
                       fmt::format("at most {} bytes", max_channel_name_bytes));
  auto named = channel_repository{tx}.find_by_name(x.owner, x.name);
  if (!named)
    return named.error();
  if (*named && **named != x.id)
    return fail(errc::already_exists,
                fmt::format("{} has a channel '{}' already", to_string(x.owner), x.name));
  return {};
}

expected<void> check_owner(const transaction& tx, const channel& x) {
  auto found = tx.find(database::recipients, recipient_key(x.owner));
  if (!found)
    return found.error();
  if (!*found)
    return bad_channel("/owner", "not_found",
                       fmt::format("there is no recipient {}", to_string(x.owner)));
  return {};
}

/// Refuses a new channel of a customer that has as many as it may.
expected<void> check_number(const transaction& tx, const recipient_id& owner) {
  if (owner.kind != recipient_kind::customer)
    return {};
  auto at = tx.open_cursor(database::channel_names);
  if (!at)
    return at.error();
  size_t count = 0;
  auto prefix = channel_name_prefix(owner);
  auto found = at->seek(prefix);
  for (; found && *found && at->key().starts_with(prefix); found = at->next())
    if (++count >= max_channels_of_customer)
      return bad_channel("/owner", "too_many",
                         fmt::format("{} has {} channels, the most that a customer may have",
                                     to_string(owner), count));
  if (!found)
    return found.error();
  return {};
}

/// Stores the channel's record and moves its name.
expected<void> store_channel(write_transaction& tx, const put_channel& x,
                             const std::optional<stored_channel>& before) {
  auto& name = x.value.name;
  if (before && before->value.name != name) {
    auto key = channel_name_key(before->value.owner, before->value.name);
    if (auto erased = tx.erase(database::channel_names, key); !erased)
      return erased.error();
  }
  if (!before || before->value.name != name) {
    auto key = channel_name_key(x.value.owner, name);
    if (auto put = tx.put(database::channel_names, key, as_key(x.value.id)); !put)
      return put;
  }
  auto value = x.value;
  value.revision = x.expected_revision + 1;
  auto record = encode_channel(tx.scratch(), value, x.sealed_settings);
  return tx.put(database::channels, as_key(value.id), record);
}

/// The first `limit` deliveries that a channel owes, but for those that are lost or cannot be read.
expected<std::vector<delivery_id>> first_owed(const transaction& tx, const channel_id& channel,
                                              uint32_t limit) {
  auto at = tx.open_cursor(database::due);
  if (!at)
    return at.error();
  std::vector<delivery_id> result;
  auto found = at->seek(as_key(channel));
  for (; found && *found && result.size() < limit; found = at->next()) {
    if (!at->key().starts_with(as_key(channel)))
      break;
    auto fields = decode_due_key(at->key());
    if (!fields)
      continue;
    auto head = find_record(tx, database::deliveries, as_key(fields->delivery), decode_head);
    if (!head && !is_unreadable(head.error()))
      return head.error();
    if (head && *head)
      result.push_back(fields->delivery);
  }
  if (!found)
    return found.error();
  return result;
}

expected<void> cancel_one(write_transaction& tx, const delivery_id& id, timestamp at) {
  auto change = delivery_change::begin(tx, id);
  if (!change)
    return change.error();
  if (auto moved = change->move(policy::stimulus::orphaned); !moved)
    return moved;
  change->head().finished_at = at;
  return change->store();
}

} // namespace

expected<command_result> apply_step(write_transaction& tx, const put_channel& x) {
  auto stored = channel_repository{tx}.find(x.value.id);
  if (!stored)
    return stored.error();
  auto is_new = x.expected_revision == 0;
  if (auto ok = is_new ? check_new(tx, x, *stored) : check_change(x, *stored); !ok)
    return ok.error();
  if (auto ok = check_name(tx, x.value); !ok)
    return ok.error();
  if (auto ok = check_owner(tx, x.value); !ok)
    return ok.error();
  if (auto ok = is_new ? check_number(tx, x.value.owner) : expected<void>{}; !ok)
    return ok.error();
  if (auto put = store_channel(tx, x, *stored); !put)
    return put.error();
  if (is_new)
    put_due_count(tx, x.value.id, {});
  return stored_as(x.expected_revision + 1);
}

expected<command_result> apply_step(write_transaction& tx, const remove_channel& x) {
  auto stored = channel_repository{tx}.find(x.id);
  if (!stored)
    return stored.error();
  if (!*stored)
    return fail(errc::not_found, "there is no channel " + to_string(x.id));
  auto& channel = (*stored)->value;
  if (x.expected_revision)
    if (auto ok = check_revision(what(x.id), channel.revision, *x.expected_revision); !ok)
      return ok.error();
  auto count = find_due_count(tx, x.id);
  if (!count)
    return count.error();
  if (!*count)
    return corrupt(database::due_counts, as_key(x.id), "is missing though its channel is there");
  put_due_count(tx, x.id, {(*count)->entries, true});
  auto name_key = channel_name_key(channel.owner, channel.name);
  if (auto erased = tx.erase(database::channel_names, name_key); !erased)
    return erased.error();
  if (auto erased = tx.erase(database::channels, as_key(x.id)); !erased)
    return erased.error();
  return result_of(0);
}

expected<command_result> apply_step(write_transaction& tx, const cancel_due& x) {
  auto count = find_due_count(tx, x.channel);
  if (!count)
    return count.error();
  if (!*count)
    return result_of(0);
  if (!(*count)->is_removed)
    return fail(errc::invalid_argument, what(x.channel) + " is not removed");
  auto owed = first_owed(tx, x.channel, x.limit);
  if (!owed)
    return owed.error();
  for (auto& id : *owed)
    if (auto cancelled = cancel_one(tx, id, x.at); !cancelled)
      return cancelled.error();
  return result_of(owed->size());
}

} // namespace tocsin::storage
