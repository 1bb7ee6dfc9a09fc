#include "storage/engine/codec.hpp"
#include "storage/records/attempt_record.hpp"
#include "storage/records/audit_record.hpp"
#include "storage/records/channel_record.hpp"
#include "storage/records/delivery_record.hpp"
#include "storage/records/digest_key.hpp"
#include "storage/records/due_record.hpp"
#include "storage/records/event_key.hpp"
#include "storage/records/event_record.hpp"
#include "storage/records/event_type_record.hpp"
#include "storage/records/recipient_key.hpp"
#include "storage/records/recipient_record.hpp"
#include "storage/records/session_record.hpp"
#include "storage/records/token_record.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

namespace tocsin::storage {

namespace {

/// Decodes every proper prefix of `value`, and `value` with a byte more: all must be corrupt.
template <class Decode>
void expect_every_cut_to_be_corrupt(byte_view key, const std::string& value, Decode decode) {
  ASSERT_TRUE(decode(key, value));
  for (size_t size = 0; size < value.size(); ++size) {
    // A copy of just this size, so that the address sanitizer sees a read beyond it.
    std::vector<char> cut(value.begin(), value.begin() + static_cast<ptrdiff_t>(size));
    auto x = decode(key, byte_view{cut.data(), cut.size()});
    ASSERT_FALSE(x) << "cut to " << size;
    EXPECT_EQ(x.error().code, errc::storage_corrupt);
  }
  EXPECT_EQ(code_of(decode(key, value + "x")), errc::storage_corrupt);
}

/// Decodes with every byte changed in turn: whatever comes out, nothing is read beyond the end.
template <class Decode>
void expect_no_change_to_harm(byte_view key, const std::string& value, Decode decode) {
  for (size_t i = 0; i < value.size(); ++i)
    for (auto bit : {0x01, 0x10, 0x80, 0xff}) {
      std::vector<char> changed(value.begin(), value.end());
      changed[i] = static_cast<char>(changed[i] ^ bit);
      auto x = decode(key, byte_view{changed.data(), changed.size()});
      EXPECT_TRUE(x || x.error().code == errc::storage_corrupt
                  || x.error().code == errc::storage_too_new);
    }
}

template <class Decode>
void expect_robust(byte_view key, const std::string& value, Decode decode) {
  expect_every_cut_to_be_corrupt(key, value, decode);
  expect_no_change_to_harm(key, value, decode);
}

accept_event full_event() {
  accept_event x;
  x.id = event_id{make_ulid(1)};
  x.accepted_at = at_ms(123456);
  x.idempotency_key = "key";
  x.value = {"id", "type", "service", "customer", "time", "message", R"({"a":1.50})"};
  x.deliveries.resize(300);
  x.unreached = {{{recipient_kind::customer, "acme"}, suppression::no_channel},
                 {{recipient_kind::admin, "ops"}, suppression::not_subscribed}};
  return x;
}

channel full_channel() {
  channel x;
  x.id = channel_id{make_ulid(3)};
  x.owner = {recipient_kind::customer, "acme"};
  x.name = "name";
  x.type = channel_type::email;
  x.enabled = false;
  x.disabled_reason = "410 gone";
  x.triggers = {{"deploy.failure", {false, {}}}, {"ssl.expiring", {true, {"a@b", "c@d"}}}};
  x.filters = {{{"a"}, {"b", "c"}}, {{}, {"d"}}};
  x.settings = "must not be stored";
  x.created_at = at_ms(1);
  x.updated_at = at_ms(2);
  x.revision = 9;
  x.managed_by = "panel";
  return x;
}

TEST(event_record, comes_back_whole) {
  auto x = full_event();
  std::string value;
  encode_event(value, x);
  auto y = must(decode_event(as_key(x.id), value));
  EXPECT_EQ(y.value.id, x.id);
  EXPECT_EQ(y.value.value, x.value);
  EXPECT_EQ(y.value.accepted_at, x.accepted_at);
  EXPECT_EQ(y.value.deliveries, 300u);
  EXPECT_EQ(y.idempotency_key, "key");
  ASSERT_EQ(y.value.unreached.size(), 2u);
  EXPECT_EQ(y.value.unreached[0].recipient, x.unreached[0].recipient);
  EXPECT_EQ(y.value.unreached[1].reason, suppression::not_subscribed);
  EXPECT_EQ(must(decode_event_type(as_key(x.id), value)), "type");
}

TEST(event_record, is_corrupt_where_it_is_cut) {
  std::string value;
  auto x = full_event();
  encode_event(value, x);
  expect_robust(as_key(x.id), value, decode_event);
}

TEST(delivery_record, comes_back_whole_and_keeps_its_size_when_it_changes) {
  delivery_head head{
    delivery_state::scheduled, suppression::none,       4, 6, at_ms(10), at_ms(20), at_ms(30),
    event_id{make_ulid(1)},    channel_id{make_ulid(2)}};
  delivery_id id{make_ulid(5)};
  std::string value;
  encode_delivery(value, head, {recipient_kind::customer, "acme"}, "a@b");
  auto old_size = value.size();
  head.state = delivery_state::dead_letter;
  head.attempts = 5;
  head.last_number = 7;
  head.finished_at = at_ms(40);
  std::string changed;
  encode_changed(changed, head, value);
  EXPECT_EQ(changed.size(), old_size);
  auto y = must(decode_delivery(as_key(id), changed));
  EXPECT_EQ(y.id, id);
  EXPECT_EQ(y.event, head.event);
  EXPECT_EQ(y.channel, head.channel);
  EXPECT_EQ(y.recipient, (recipient_id{recipient_kind::customer, "acme"}));
  EXPECT_EQ(y.destination, "a@b");
  EXPECT_EQ(y.state, delivery_state::dead_letter);
  EXPECT_EQ(y.attempts, 5);
  EXPECT_EQ(y.due_at, at_ms(10));
  EXPECT_EQ(y.finished_at, at_ms(40));
  EXPECT_EQ(y.created_at, at_ms(30));
  EXPECT_EQ(must(decode_head(as_key(id), changed)).last_number, 7);
  expect_robust(as_key(id), changed, decode_delivery);
}

TEST(attempt_record, comes_back_whole_and_is_corrupt_where_it_is_cut) {
  attempt x;
  x.delivery = delivery_id{make_ulid(5)};
  x.number = 258;
  x.started_at = at_ms(99);
  x.duration = std::chrono::milliseconds{12345};
  x.result = {outcome_class::throttled, attempt_stage::accepted, std::chrono::seconds{30}, "429",
              "slow down"};
  attempt_key key{x.delivery, x.number};
  std::string value;
  encode_attempt(value, x);
  auto y = must(decode_attempt(key, value));
  EXPECT_EQ(y.delivery, x.delivery);
  EXPECT_EQ(y.number, 258);
  EXPECT_EQ(y.started_at, x.started_at);
  EXPECT_EQ(y.duration, x.duration);
  EXPECT_EQ(y.result.kind, outcome_class::throttled);
  EXPECT_EQ(y.result.stage, attempt_stage::accepted);
  EXPECT_EQ(y.result.wait, std::chrono::seconds{30});
  EXPECT_EQ(y.result.code, "429");
  EXPECT_EQ(y.result.text, "slow down");
  expect_robust(key, value, decode_attempt);
  x.result.wait.reset();
  encode_attempt(value, x);
  EXPECT_EQ(must(decode_attempt(key, value)).result.wait, std::nullopt);
}

TEST(channel_record, comes_back_whole_without_its_settings_in_clear) {
  auto x = full_channel();
  std::string value;
  encode_channel(value, x, "sealed");
  EXPECT_EQ(value.find("must not be stored"), std::string::npos);
  auto y = must(decode_channel(as_key(x.id), value));
  EXPECT_EQ(y.sealed_settings, "sealed");
  EXPECT_EQ(y.value.settings, "");
  EXPECT_EQ(y.value.id, x.id);
  EXPECT_EQ(y.value.owner, x.owner);
  EXPECT_EQ(y.value.name, x.name);
  EXPECT_EQ(y.value.type, x.type);
  EXPECT_EQ(y.value.enabled, x.enabled);
  EXPECT_EQ(y.value.disabled_reason, x.disabled_reason);
  EXPECT_EQ(y.value.triggers, x.triggers);
  EXPECT_EQ(y.value.filters, x.filters);
  EXPECT_EQ(y.value.created_at, x.created_at);
  EXPECT_EQ(y.value.updated_at, x.updated_at);
  EXPECT_EQ(y.value.revision, 9u);
  EXPECT_EQ(y.value.managed_by, "panel");
  expect_robust(as_key(x.id), value, decode_channel);
}

TEST(recipient_record, comes_back_whole_and_is_corrupt_where_it_is_cut) {
  recipient x;
  x.id = {recipient_kind::customer, "acme"};
  x.display_name = "Acme Corp";
  x.services = {"my-app", "db"};
  x.portal_enabled = true;
  x.created_at = at_ms(1);
  x.updated_at = at_ms(2);
  x.revision = 3;
  x.managed_by = "panel";
  std::string value;
  encode_recipient(value, x);
  auto y = must(decode_recipient(recipient_key(x.id), value));
  EXPECT_EQ(y.id, x.id);
  EXPECT_EQ(y.display_name, x.display_name);
  EXPECT_EQ(y.services, x.services);
  EXPECT_TRUE(y.portal_enabled);
  EXPECT_EQ(y.created_at, x.created_at);
  EXPECT_EQ(y.updated_at, x.updated_at);
  EXPECT_EQ(y.revision, 3u);
  EXPECT_EQ(y.managed_by, "panel");
  expect_robust(recipient_key(x.id), value, decode_recipient);
}

TEST(preference_record, comes_back_whole_and_is_corrupt_where_it_is_cut) {
  preference x;
  x.recipient = {recipient_kind::admin, "ops"};
  x.customers = {{"a"}, {}};
  x.services = {{}, {"b"}};
  x.event_types = {{"c", "d"}, {"e"}};
  x.quiet = quiet_hours{1320, 420, -300, false};
  x.revision = 2;
  x.managed_by = "panel";
  std::string value;
  encode_preference(value, x);
  auto y = must(decode_preference(recipient_key(x.recipient), value));
  EXPECT_EQ(y.recipient, x.recipient);
  EXPECT_EQ(y.customers, x.customers);
  EXPECT_EQ(y.services, x.services);
  EXPECT_EQ(y.event_types, x.event_types);
  EXPECT_EQ(y.quiet, x.quiet);
  EXPECT_EQ(y.revision, 2u);
  EXPECT_EQ(y.managed_by, "panel");
  expect_robust(recipient_key(x.recipient), value, decode_preference);
  x.quiet.reset();
  encode_preference(value, x);
  EXPECT_EQ(must(decode_preference(recipient_key(x.recipient), value)).quiet, std::nullopt);
}

TEST(event_type_record, comes_back_whole_and_is_corrupt_where_it_is_cut) {
  custom_event_type x{
    "invoice.overdue", false, event_severity::error, "Overdue", at_ms(1), at_ms(2), 3, "panel"};
  std::string value;
  encode_custom_event_type(value, x);
  auto y = must(decode_custom_event_type(x.name, value));
  EXPECT_EQ(y.name, x.name);
  EXPECT_EQ(y.on_by_default, false);
  EXPECT_EQ(y.severity, event_severity::error);
  EXPECT_EQ(y.title, "Overdue");
  EXPECT_EQ(y.created_at, at_ms(1));
  EXPECT_EQ(y.updated_at, at_ms(2));
  EXPECT_EQ(y.revision, 3u);
  EXPECT_EQ(y.managed_by, "panel");
  expect_robust(x.name, value, decode_custom_event_type);
}

TEST(event_type_record, of_version_1_is_nobodys) {
  std::string value;
  record_writer{value, 1}
    .u64(3)
    .flag(true)
    .enumerator(event_severity::info)
    .text("T")
    .instant(at_ms(1))
    .instant(at_ms(2));
  auto x = must(decode_custom_event_type("a", value));
  EXPECT_EQ(x.title, "T");
  EXPECT_EQ(x.managed_by, "");
}

TEST(token_record, comes_back_whole_and_is_corrupt_where_it_is_cut) {
  token x;
  x.id = token_id{make_ulid(4)};
  x.name = "panel";
  x.digest.fill(0xab);
  x.scopes = 5;
  x.created_at = at_ms(77);
  std::string value;
  encode_token(value, x);
  auto y = must(decode_token(as_key(x.id), value));
  EXPECT_EQ(y.id, x.id);
  EXPECT_EQ(y.name, x.name);
  EXPECT_EQ(y.digest, x.digest);
  EXPECT_EQ(y.scopes, 5);
  EXPECT_EQ(y.created_at, x.created_at);
  EXPECT_EQ(y.expires_at, std::nullopt);
  EXPECT_EQ(y.last_used_at, std::nullopt);
  x.expires_at = at_ms(99);
  x.last_used_at = at_ms(98);
  encode_token(value, x);
  y = must(decode_token(as_key(x.id), value));
  EXPECT_EQ(y.expires_at, at_ms(99));
  EXPECT_EQ(y.last_used_at, at_ms(98));
  expect_robust(as_key(x.id), value, decode_token);
}

TEST(token_record, of_version_1_shows_with_read_what_read_sensitive_shows_since) {
  auto id = token_id{make_ulid(4)};
  auto record = [](uint8_t scopes) {
    std::string value;
    record_writer to{value, 1};
    to.raw(std::string(32, 'd')).u8(scopes).instant(at_ms(77)).text("old");
    return value;
  };
  auto reader = must(decode_token(as_key(id), record(0x0f)));
  EXPECT_EQ(reader.scopes, every_scope);
  EXPECT_EQ(reader.name, "old");
  EXPECT_EQ(reader.expires_at, std::nullopt);
  EXPECT_EQ(must(decode_token(as_key(id), record(0x01))).scopes, 0x01);
}

TEST(session_records, come_back_whole_and_are_corrupt_where_they_are_cut) {
  session s{{}, {recipient_kind::customer, "acme"}, at_ms(1), at_ms(2), at_ms(3)};
  s.digest.fill(9);
  std::string value;
  encode_session(value, s);
  EXPECT_EQ(must(decode_session(digest_key(s.digest), value)), s);
  expect_robust(digest_key(s.digest), value, decode_session);
  portal_link l{s.digest, "acme", at_ms(1), at_ms(2)};
  encode_portal_link(value, l);
  EXPECT_EQ(must(decode_portal_link(digest_key(l.digest), value)), l);
  expect_robust(digest_key(l.digest), value, decode_portal_link);
  password_hash p{"ops", "salt", 32768, 8, 3, "hash", at_ms(4)};
  encode_password(value, p);
  EXPECT_EQ(must(decode_password("ops", value)), p);
  expect_robust("ops", value, decode_password);
}

TEST(audit_record, comes_back_whole_and_is_corrupt_where_it_is_cut) {
  audit_entry x{audit_id{make_ulid(3)}, at_ms(5),      {author_kind::admin, "ops", "", "req"},
                "channel.change",       "channel/01J", "{}",
                R"({"name":"x"})"};
  std::string value;
  encode_audit_entry(value, x);
  auto y = must(decode_audit_entry(as_key(x.id), value));
  EXPECT_EQ(y.id, x.id);
  EXPECT_EQ(y.at, x.at);
  EXPECT_EQ(y.by, x.by);
  EXPECT_EQ(y.action, x.action);
  EXPECT_EQ(y.object, x.object);
  EXPECT_EQ(y.before, x.before);
  EXPECT_EQ(y.after, x.after);
  expect_robust(as_key(x.id), value, decode_audit_entry);
}

TEST(due_key, orders_by_channel_then_class_then_instant_then_delivery) {
  auto key = [](uint32_t channel, due_class klass, int64_t ms, uint32_t delivery) {
    return std::string{byte_view{
      due_key{channel_id{make_ulid(channel)}, klass, at_ms(ms), delivery_id{make_ulid(delivery)}}}};
  };
  auto first = due_class::first_attempt;
  auto retry = due_class::retry;
  EXPECT_EQ(key(1, first, 1, 1).size(), 41u);
  EXPECT_LT(key(1, first, 5, 9), key(1, first, 256, 1));
  EXPECT_LT(key(1, first, 5, 1), key(1, first, 5, 2));
  EXPECT_LT(key(1, first, 999, 9), key(1, retry, 1, 1));
  EXPECT_LT(key(1, retry, 999, 9), key(2, first, 1, 1));
  auto fields = must(decode_due_key(key(1, retry, 258, 2)));
  EXPECT_EQ(fields.channel, channel_id{make_ulid(1)});
  EXPECT_EQ(fields.klass, retry);
  EXPECT_EQ(fields.due_at, at_ms(258));
  EXPECT_EQ(fields.delivery, delivery_id{make_ulid(2)});
}

TEST(due_key, is_corrupt_where_it_is_cut) {
  std::string key{byte_view{
    due_key{channel_id{make_ulid(1)}, due_class::retry, at_ms(258), delivery_id{make_ulid(2)}}}};
  expect_robust("", key, [](byte_view, byte_view value) { return decode_due_key(value); });
}

TEST(short_values, are_corrupt_where_they_are_cut) {
  std::string id{as_key(make_ulid(5))};
  expect_robust("k", id, decode_channel_id);
  expect_robust("k", id, decode_event_id);
  expect_robust("k", std::string("\x01\x01\0\0\0\0\0\0\0\x07", 10), decode_due_count);
}

TEST(customer_name_key, keeps_long_names_apart_within_the_limit_of_lmdb) {
  std::string name(467, 'x');
  EXPECT_EQ(customer_name_key(name), name);
  auto longer = customer_name_key(name + "y");
  EXPECT_EQ(longer.size(), 500u);
  EXPECT_NE(longer, customer_name_key(name + "z"));
}

} // namespace

} // namespace tocsin::storage
