#include "storage/verify.hpp"

#include "storage/attempt_record.hpp"
#include "storage/audit_record.hpp"
#include "storage/channel_record.hpp"
#include "storage/codec.hpp"
#include "storage/dead_letter_index.hpp"
#include "storage/delivery_record.hpp"
#include "storage/due_index.hpp"
#include "storage/event_key.hpp"
#include "storage/event_record.hpp"
#include "storage/event_type_record.hpp"
#include "storage/hourly_counts.hpp"
#include "storage/lookup.hpp"
#include "storage/pause_record.hpp"
#include "storage/recipient_key.hpp"
#include "storage/recipient_record.hpp"
#include "storage/session_record.hpp"
#include "storage/token_record.hpp"

#include <fmt/format.h>

namespace tocsin::storage {

namespace {

/// Walks over every database once and looks up what each record speaks of. Indexes are checked from
/// both sides: each entry against its record and each record for its entry.
class verification {
public:
  verification(const transaction& tx, const fault_sink& on_fault) : tx_(tx), on_fault_(on_fault) {}

  expected<verify_report> run() {
    using step = expected<void> (verification::*)(byte_view, byte_view);
    constexpr std::pair<database, step> steps[] = {
      {database::events, &verification::check_event},
      {database::deliveries, &verification::check_delivery},
      {database::attempts, &verification::check_attempt},
      {database::due, &verification::check_due},
      {database::due_counts, &verification::check_due_count},
      {database::idempotency, &verification::check_idempotency},
      {database::channels, &verification::check_channel},
      {database::channel_names, &verification::check_channel_name},
      {database::recipients, &verification::check_recipient},
      {database::customer_names, &verification::check_customer_name},
      {database::preferences, &verification::check_preference},
      {database::tokens, &verification::check_token},
      {database::token_digests, &verification::check_token_digest},
      {database::dead_letters, &verification::check_dead_letter},
      {database::audit, &verification::check_audit_entry},
      {database::passwords, &verification::check_password},
      {database::sessions, &verification::check_session},
      {database::portal_links, &verification::check_portal_link},
      {database::event_types, &verification::check_event_type},
      {database::hourly_counts, &verification::check_hourly_count},
    };
    for (auto& [db, check] : steps)
      if (auto walked = walk(db, check); !walked)
        return walked.error();
    if (auto pause = find_pause(tx_); !pause && !note(pause.error()))
      return pause.error();
    return report_;
  }

private:
  template <class Step>
  expected<void> walk(database db, Step check) {
    auto at = tx_.open_cursor(db);
    if (!at)
      return at.error();
    auto found = at->first();
    for (; found && *found; found = at->next()) {
      ++report_.entries;
      auto checked = (this->*check)(at->key(), at->value());
      if (!checked && !note(checked.error()))
        return checked.error();
    }
    if (!found)
      return found.error();
    return {};
  }

  /// Notes a record that cannot be read as a fault; false if `x` is another failure.
  bool note(const failure& x) {
    if (x.code != errc::storage_corrupt && x.code != errc::storage_too_new)
      return false;
    ++report_.faults;
    on_fault_(x.detail);
    return true;
  }

  /// Notes a fault unless `ok`.
  void require(bool ok, database db, byte_view key, std::string_view fault) {
    if (!ok)
      note(corrupt(db, key, fault));
  }

  expected<bool> has(database db, byte_view key) const {
    auto value = tx_.find(db, key);
    if (!value)
      return value.error();
    return value->has_value();
  }

  /// Notes a fault of the record under `key` in `db` unless `index` holds `value` under
  /// `index_key`.
  expected<void> require_entry(database index, byte_view index_key, byte_view value, database db,
                               byte_view key) {
    auto found = tx_.find(index, index_key);
    if (!found)
      return found.error();
    require(*found && **found == value, db, key,
            fmt::format("lacks its entry in {}", to_string(index)));
    return {};
  }

  expected<void> check_event(byte_view key, byte_view value) {
    auto x = decode_event(key, value);
    if (!x)
      return x.error();
    for (auto* name : {&x->idempotency_key, &x->value.value.id})
      if (!name->empty())
        if (auto ok = require_entry(database::idempotency, *name, key, database::events, key); !ok)
          return ok;
    for (uint32_t i = 1; i <= x->value.deliveries; ++i) {
      auto found = has(database::deliveries, as_key(x->value.id.plus(i)));
      if (!found)
        return found.error();
      require(*found, database::events, key, "lacks a delivery that it counts");
      if (!*found)
        break;
    }
    return {};
  }

  expected<void> check_delivery(byte_view key, byte_view value) {
    auto x = decode_delivery(key, value);
    if (!x)
      return x.error();
    auto head = decode_head(key, value);
    if (!head)
      return head.error();
    auto event = find_record(tx_, database::events, as_key(x->event), decode_event);
    if (!event)
      return event.error();
    require(event->has_value(), database::deliveries, key, "names an event that is not there");
    if (*event)
      require(x->event < ulid{x->id}
                && !((*event)->value.id.plus((*event)->value.deliveries) < x->id),
              database::deliveries, key, "is none that its event counts");
    if (head->last_number != 0) {
      auto last = has(database::attempts, attempt_key{x->id, head->last_number});
      if (!last)
        return last.error();
      require(*last, database::deliveries, key, "counts an attempt that is not there");
    }
    if (x->state == delivery_state::dead_letter) {
      auto entry = has(database::dead_letters, dead_letter_key{x->channel, x->finished_at, x->id});
      if (!entry)
        return entry.error();
      require(*entry, database::deliveries, key, "lacks its entry in dead_letters");
    }
    if (is_ended(x->state))
      return {};
    due_key due{x->channel, due_class_of(x->state), x->due_at, x->id};
    return require_entry(database::due, due, {}, database::deliveries, key);
  }

  expected<void> check_attempt(byte_view key, byte_view value) {
    auto x = decode_attempt(key, value);
    if (!x)
      return x.error();
    auto head = find_record(tx_, database::deliveries, as_key(x->delivery), decode_head);
    if (!head)
      return head.error();
    require(head->has_value(), database::attempts, key, "names a delivery that is not there");
    require(!*head || x->number <= (*head)->last_number, database::attempts, key,
            "has a number that its delivery does not know");
    return {};
  }

  expected<void> check_due(byte_view key, byte_view) {
    auto x = decode_due_key(key);
    if (!x)
      return x.error();
    auto head = find_record(tx_, database::deliveries, as_key(x->delivery), decode_head);
    if (!head)
      return head.error();
    require(head->has_value(), database::due, key, "names a delivery that is not there");
    if (*head) {
      auto& y = **head;
      require(!is_ended(y.state), database::due, key, "names a delivery that has ended");
      due_key expected_key{y.channel, due_class_of(y.state), y.due_at, x->delivery};
      require(byte_view{expected_key} == key, database::due, key,
              "contradicts its delivery in channel, class or instant");
    }
    auto counted = has(database::due_counts, as_key(x->channel));
    if (!counted)
      return counted.error();
    require(*counted, database::due, key, "is of a channel without a count");
    return {};
  }

  expected<void> check_due_count(byte_view key, byte_view value) {
    auto x = decode_due_count(key, value);
    if (!x)
      return x.error();
    auto channel = has(database::channels, key);
    if (!channel)
      return channel.error();
    require(*channel != x->is_removed, database::due_counts, key,
            "contradicts whether its channel is there");
    require(!x->is_removed || x->entries > 0, database::due_counts, key,
            "is left over from a removed channel");
    auto entries = count_due(key);
    if (!entries)
      return entries.error();
    require(*entries == x->entries, database::due_counts, key,
            fmt::format("says {} where {} are owed", x->entries, *entries));
    return {};
  }

  expected<uint64_t> count_due(byte_view channel) {
    auto at = tx_.open_cursor(database::due);
    if (!at)
      return at.error();
    uint64_t result = 0;
    auto found = at->seek(channel);
    for (; found && *found && at->key().starts_with(channel); found = at->next())
      ++result;
    if (!found)
      return found.error();
    return result;
  }

  expected<void> check_idempotency(byte_view key, byte_view value) {
    auto id = decode_event_id(key, value);
    if (!id)
      return id.error();
    auto x = find_record(tx_, database::events, value, decode_event);
    if (!x)
      return x.error();
    require(*x && ((*x)->idempotency_key == key || (*x)->value.value.id == key),
            database::idempotency, key, "names an event that does not bear it");
    return {};
  }

  expected<void> check_channel(byte_view key, byte_view value) {
    auto x = decode_channel(key, value);
    if (!x)
      return x.error();
    auto owner = has(database::recipients, recipient_key(x->value.owner));
    if (!owner)
      return owner.error();
    require(*owner, database::channels, key, "has an owner who is not there");
    auto counted = has(database::due_counts, key);
    if (!counted)
      return counted.error();
    require(*counted, database::channels, key, "lacks its count of what is owed");
    auto name_key = channel_name_key(x->value.owner, x->value.name);
    return require_entry(database::channel_names, name_key, key, database::channels, key);
  }

  expected<void> check_channel_name(byte_view key, byte_view value) {
    auto id = decode_channel_id(key, value);
    if (!id)
      return id.error();
    auto x = find_record(tx_, database::channels, value, decode_channel);
    if (!x)
      return x.error();
    require(*x && channel_name_key((*x)->value.owner, (*x)->value.name) == key,
            database::channel_names, key, "names a channel that is not called so");
    return {};
  }

  expected<void> check_recipient(byte_view key, byte_view value) {
    auto x = decode_recipient(key, value);
    if (!x)
      return x.error();
    if (x->id.kind != recipient_kind::customer || x->display_name.empty())
      return {};
    return require_entry(database::customer_names, customer_name_key(x->display_name), x->id.name,
                         database::recipients, key);
  }

  expected<void> check_customer_name(byte_view key, byte_view value) {
    recipient_id id{recipient_kind::customer, std::string{value}};
    auto x = find_record(tx_, database::recipients, recipient_key(id), decode_recipient);
    if (!x)
      return x.error();
    require(*x && customer_name_key((*x)->display_name) == key, database::customer_names, key,
            "names a customer who is not called so");
    return {};
  }

  expected<void> check_preference(byte_view key, byte_view value) {
    auto x = decode_preference(key, value);
    if (!x)
      return x.error();
    return require_recipient(x->recipient, database::preferences, key);
  }

  expected<void> check_token(byte_view key, byte_view value) {
    auto x = decode_token(key, value);
    if (!x)
      return x.error();
    return require_entry(database::token_digests, digest_key(x->digest), key, database::tokens,
                         key);
  }

  expected<void> check_token_digest(byte_view key, byte_view value) {
    auto x = find_record(tx_, database::tokens, value, decode_token);
    if (!x)
      return x.error();
    require(*x && digest_key((*x)->digest) == key, database::token_digests, key,
            "names a token of another digest");
    return {};
  }

  expected<void> check_event_type(byte_view key, byte_view value) {
    auto x = decode_custom_event_type(key, value);
    if (!x)
      return x.error();
    return {};
  }

  expected<void> check_dead_letter(byte_view key, byte_view value) {
    auto x = decode_dead_letter(key, value);
    if (!x)
      return x.error();
    auto head = find_record(tx_, database::deliveries, as_key(x->delivery), decode_head);
    if (!head)
      return head.error();
    require(head->has_value(), database::dead_letters, key, "names a delivery that is not there");
    if (!*head)
      return {};
    auto& y = **head;
    require(y.state == delivery_state::dead_letter, database::dead_letters, key,
            "names a delivery that is no dead letter");
    require(byte_view{dead_letter_key{y.channel, y.finished_at, x->delivery}} == key,
            database::dead_letters, key, "contradicts its delivery in channel or instant");
    attempt_key last_key{x->delivery, y.last_number};
    auto last = find_record(tx_, database::attempts, last_key, decode_attempt);
    if (!last)
      return last.error();
    require(!*last || (*last)->result.code == x->code, database::dead_letters, key,
            "holds another code than the last attempt");
    return {};
  }

  expected<void> check_audit_entry(byte_view key, byte_view value) {
    if (auto x = decode_audit_entry(key, value); !x)
      return x.error();
    return {};
  }

  expected<void> check_hourly_count(byte_view key, byte_view value) {
    if (auto x = decode_hourly_count(key, value); !x)
      return x.error();
    return {};
  }

  expected<void> check_password(byte_view key, byte_view value) {
    if (auto x = decode_password(key, value); !x)
      return x.error();
    return require_recipient({recipient_kind::admin, std::string{key}}, database::passwords, key);
  }

  expected<void> check_session(byte_view key, byte_view value) {
    auto x = decode_session(key, value);
    if (!x)
      return x.error();
    return require_recipient(x->who, database::sessions, key);
  }

  expected<void> check_portal_link(byte_view key, byte_view value) {
    auto x = decode_portal_link(key, value);
    if (!x)
      return x.error();
    return require_recipient({recipient_kind::customer, x->customer}, database::portal_links, key);
  }

  /// What `key` of `db` is about must be there.
  expected<void> require_recipient(const recipient_id& id, database db, byte_view key) {
    auto there = has(database::recipients, recipient_key(id));
    if (!there)
      return there.error();
    require(*there, db, key, "belongs to nobody");
    return {};
  }

  const transaction& tx_;
  const fault_sink& on_fault_;
  verify_report report_;
};

} // namespace

expected<verify_report> verify(const transaction& tx, const fault_sink& on_fault) {
  return verification{tx, on_fault}.run();
}

} // namespace tocsin::storage
