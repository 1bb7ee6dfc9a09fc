#pragma once

#include "storage/files/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tocsin::storage {

/// The named databases. `docs/storage-format.md` gives their keys and values byte by byte.
enum class database : uint8_t {
  /// Facts about the storage itself: schema version, node id.
  meta,
  /// Event id -> event.
  events,
  /// Delivery id -> delivery.
  deliveries,
  /// Delivery id, number -> attempt.
  attempts,
  /// Channel, class, instant, delivery id -> nothing: what is still owed.
  due,
  /// Channel -> how many entries it has in `due`.
  due_counts,
  /// Idempotency key or sender's id -> event id.
  idempotency,
  /// Channel id -> channel with its sealed settings.
  channels,
  /// Owner, name -> channel id.
  channel_names,
  /// Recipient id -> recipient.
  recipients,
  /// Display name -> name of the customer.
  customer_names,
  /// Recipient id -> preference.
  preferences,
  /// Token id -> token.
  tokens,
  /// Digest -> token id.
  token_digests,
  /// Channel, instant, delivery id -> code of the last attempt: the deliveries that are dead
  /// letters.
  dead_letters,
  /// Entry id -> entry of the audit log.
  audit,
  /// Admin's name -> hash of the password.
  passwords,
  /// Digest of the cookie -> session.
  sessions,
  /// Digest of the code -> link into the portal.
  portal_links,
  /// Name -> event type of the operator's own.
  event_types,
  /// Hour -> what befell deliveries in it.
  hourly_counts,
};

inline constexpr size_t database_count = 21;

/// The name under which LMDB knows `x`.
std::string_view to_string(database x);

/// The layout that this version writes. It rises with every change that older versions cannot read.
inline constexpr uint32_t schema_version = 6;

} // namespace tocsin::storage
