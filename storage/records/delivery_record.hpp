#pragma once

#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "storage/engine/database.hpp"
#include "storage/records/due_record.hpp"

#include <cstdint>
#include <string>

namespace tocsin::storage {

/// The fixed part of a delivery as it lies in `deliveries`: all that changes on its regular way,
/// and what indexes are made of. Such a change writes it over the old one, so the record does not
/// grow.
struct delivery_head {
  delivery_state state = delivery_state::pending;
  suppression reason = suppression::none;
  /// Attempts that counted.
  uint16_t attempts = 0;
  /// The number of the newest attempt in `attempts`; 0 while there is none.
  uint16_t last_number = 0;
  timestamp due_at{};
  timestamp finished_at{};
  timestamp created_at{};
  event_id event;
  channel_id channel;
  timestamp resent_at{};
};

/// Writes a new delivery into `out`.
byte_view encode_delivery(std::string& out, const delivery_head& head,
                          const recipient_id& recipient, const std::string& destination);

/// Writes the delivery `record` with another head into `out`, as long as before (longer where the
/// record was of version 1).
byte_view encode_changed(std::string& out, const delivery_head& head, byte_view record);

/// As `encode_changed`, with `note` in place of the one that the record holds.
expected<byte_view> encode_noted(std::string& out, const delivery_head& head, byte_view key,
                                 byte_view record, std::string_view note);

/// Reads the value under the key of a delivery, without code and text of its last attempt.
/// Errors: storage_corrupt, storage_too_new.
expected<delivery> decode_delivery(byte_view key, byte_view value);

/// Reads only the fixed part. Errors: storage_corrupt, storage_too_new.
expected<delivery_head> decode_head(byte_view key, byte_view value);

/// Whether nothing will happen to a delivery any more.
constexpr bool is_ended(delivery_state x) {
  return !is_owed(x);
}

/// Under which class a delivery that is owed stands in `due`.
constexpr due_class due_class_of(delivery_state x) {
  if (x == delivery_state::attempting)
    return due_class::attempting;
  return x == delivery_state::pending ? due_class::first_attempt : due_class::retry;
}

} // namespace tocsin::storage
