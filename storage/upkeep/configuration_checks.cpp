#include "storage/engine/codec.hpp"
#include "storage/engine/lookup.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/records/digest_key.hpp"
#include "storage/records/event_type_record.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/records/recipient_record.hpp"
#include "storage/records/session_record.hpp"
#include "storage/records/token_record.hpp"
#include "storage/upkeep/record_checks.hpp"

namespace tocsin::storage {

namespace {

expected<void> check_channel(verification& on, byte_view key, byte_view value) {
  auto x = decode_channel(key, value);
  if (!x)
    return x.error();
  auto owner = on.has(database::recipients, recipient_key(x->value.owner));
  if (!owner)
    return owner.error();
  on.require(*owner, database::channels, key, "has an owner who is not there");
  auto counted = on.has(database::due_counts, key);
  if (!counted)
    return counted.error();
  on.require(*counted, database::channels, key, "lacks its count of what is owed");
  auto name_key = channel_name_key(x->value.owner, x->value.name);
  return on.require_entry(database::channel_names, name_key, key, database::channels, key);
}

expected<void> check_channel_name(verification& on, byte_view key, byte_view value) {
  auto id = decode_channel_id(key, value);
  if (!id)
    return id.error();
  auto x = find_record(on.tx(), database::channels, value, decode_channel);
  if (!x)
    return x.error();
  on.require(*x && channel_name_key((*x)->value.owner, (*x)->value.name) == key,
             database::channel_names, key, "names a channel that is not called so");
  return {};
}

expected<void> check_recipient(verification& on, byte_view key, byte_view value) {
  auto x = decode_recipient(key, value);
  if (!x)
    return x.error();
  if (x->id.kind != recipient_kind::customer || x->display_name.empty())
    return {};
  return on.require_entry(database::customer_names, customer_name_key(x->display_name), x->id.name,
                          database::recipients, key);
}

expected<void> check_customer_name(verification& on, byte_view key, byte_view value) {
  recipient_id id{recipient_kind::customer, std::string{value}};
  auto x = find_record(on.tx(), database::recipients, recipient_key(id), decode_recipient);
  if (!x)
    return x.error();
  on.require(*x && customer_name_key((*x)->display_name) == key, database::customer_names, key,
             "names a customer who is not called so");
  return {};
}

expected<void> check_preference(verification& on, byte_view key, byte_view value) {
  auto x = decode_preference(key, value);
  if (!x)
    return x.error();
  return on.require_recipient(x->recipient, database::preferences, key);
}

expected<void> check_token(verification& on, byte_view key, byte_view value) {
  auto x = decode_token(key, value);
  if (!x)
    return x.error();
  return on.require_entry(database::token_digests, digest_key(x->digest), key, database::tokens,
                          key);
}

expected<void> check_token_digest(verification& on, byte_view key, byte_view value) {
  auto x = find_record(on.tx(), database::tokens, value, decode_token);
  if (!x)
    return x.error();
  on.require(*x && digest_key((*x)->digest) == key, database::token_digests, key,
             "names a token of another digest");
  return {};
}

expected<void> check_password(verification& on, byte_view key, byte_view value) {
  if (auto x = decode_password(key, value); !x)
    return x.error();
  return on.require_recipient({recipient_kind::admin, std::string{key}}, database::passwords, key);
}

expected<void> check_session(verification& on, byte_view key, byte_view value) {
  auto x = decode_session(key, value);
  if (!x)
    return x.error();
  return on.require_recipient(x->who, database::sessions, key);
}

expected<void> check_portal_link(verification& on, byte_view key, byte_view value) {
  auto x = decode_portal_link(key, value);
  if (!x)
    return x.error();
  return on.require_recipient({recipient_kind::customer, x->customer}, database::portal_links, key);
}

} // namespace

std::span<const record_check> configuration_checks() {
  static constexpr record_check result[] = {
    {database::channels, check_channel},
    {database::channel_names, check_channel_name},
    {database::recipients, check_recipient},
    {database::customer_names, check_customer_name},
    {database::preferences, check_preference},
    {database::tokens, check_token},
    {database::token_digests, check_token_digest},
    {database::passwords, check_password},
    {database::sessions, check_session},
    {database::portal_links, check_portal_link},
    {database::event_types, check_readable<decode_custom_event_type>},
  };
  return result;
}

} // namespace tocsin::storage
