#include "storage/dead_letter_index.hpp"

#include "storage/attempt_record.hpp"
#include "storage/delivery_record.hpp"
#include "storage/lookup.hpp"

#include <algorithm>
#include <utility>

namespace tocsin::storage {

namespace {

constexpr uint8_t newest_dead_letter_version = 1;

/// The code of the newest attempt at a delivery; empty where that is lost or cannot be read, which
/// is no reason to refuse the whole storage.
expected<std::string> last_code(const transaction& tx, const delivery_id& id, uint16_t number,
                                const fault_sink& on_unreadable) {
  attempt_key key{id, number};
  auto value = tx.find(database::attempts, key);
  if (!value)
    return value.error();
  if (!*value)
    return std::string{};
  auto last = decode_attempt(key, **value);
  if (last)
    return std::move(last->result.code);
  on_unreadable(last.error().detail);
  return std::string{};
}

expected<void> index_one(write_transaction& tx, const delivery_id& id, const delivery_head& x,
                         const fault_sink& on_unreadable) {
  auto code = last_code(tx, id, x.last_number, on_unreadable);
  if (!code)
    return code.error();
  return tx.put(database::dead_letters, dead_letter_key{x.channel, x.finished_at, id},
                encode_dead_letter(tx.scratch(), *code));
}

} // namespace

dead_letter_key::dead_letter_key(const channel_id& channel, timestamp finished_at,
                                 const delivery_id& delivery) {
  auto* out = std::copy(channel.bytes.begin(), channel.bytes.end(), bytes_.data());
  store_big_endian(out, static_cast<uint64_t>(std::max<int64_t>(to_unix_ms(finished_at), 0)));
  std::copy(delivery.bytes.begin(), delivery.bytes.end(), out + sizeof(uint64_t));
}

byte_view encode_dead_letter(std::string& out, std::string_view code) {
  record_writer to{out, newest_dead_letter_version};
  return to.text(code).bytes();
}

expected<dead_letter_fields> decode_dead_letter(byte_view key, byte_view value) {
  record_reader key_in{database::dead_letters, key, key};
  record_reader in{database::dead_letters, key, value, newest_dead_letter_version};
  dead_letter_fields result;
  result.channel = key_in.id<channel_id>();
  result.finished_at = key_in.instant();
  result.delivery = key_in.id<delivery_id>();
  result.code = in.text();
  if (auto end = key_in.end(); !end)
    return end.error();
  if (auto end = in.end(); !end)
    return end.error();
  return result;
}

expected<void> index_dead_letters(write_transaction& tx, const fault_sink& on_unreadable) {
  return visit_records(tx, database::deliveries,
                       [&](byte_view key, byte_view value) -> expected<void> {
                         auto head = decode_head(key, value);
                         if (!head)
                           on_unreadable(head.error().detail);
                         if (!head || head->state != delivery_state::dead_letter)
                           return {};
                         auto id = record_reader{database::deliveries, key, key}.id<delivery_id>();
                         return index_one(tx, id, *head, on_unreadable);
                       });
}

} // namespace tocsin::storage
