#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/codec.hpp"

#include <array>
#include <cstdint>
#include <string>

namespace tocsin::storage {

/// What is owed is kept apart by whether it was tried before, so that late retries never take the
/// slots of first attempts.
enum class due_class : uint8_t {
  /// State pending.
  first_attempt = 0,
  /// State scheduled.
  retry = 1,
  /// State attempting: not to be handed out, and found at once after a crash.
  attempting = 2,
};

/// The key of an entry of `due`: channel id (16 bytes), class (1), instant in Unix milliseconds
/// (8, those before 1970 as 0), delivery id (16).
class due_key {
public:
  static constexpr size_t size = 41;

  due_key(const channel_id& channel, due_class klass, timestamp due_at,
          const delivery_id& delivery);

  operator byte_view() const { return {bytes_.data(), bytes_.size()}; }

  friend bool operator==(const due_key&, const due_key&) = default;

private:
  std::array<char, size> bytes_;
};

/// A key of `due` taken apart.
struct due_fields {
  channel_id channel;
  due_class klass = due_class::first_attempt;
  timestamp due_at{};
  delivery_id delivery;
};

/// Errors: storage_corrupt.
expected<due_fields> decode_due_key(byte_view key);

/// The channel of a key of `due`, whatever follows in it. Errors: storage_corrupt (it is too
/// short).
expected<channel_id> channel_of_due_key(byte_view key);

/// What `due_counts` holds of a channel; a channel has such a record from the day it is stored
/// until it is removed and owes nothing any more.
struct due_count {
  /// How many entries the channel has in `due`.
  uint64_t entries = 0;
  /// Whether the channel is gone and what it owes is still to be cancelled.
  bool is_removed = false;
};

/// Writes a count into `out`.
byte_view encode_due_count(std::string& out, const due_count& x);

/// Errors: storage_corrupt, storage_too_new.
expected<due_count> decode_due_count(byte_view key, byte_view value);

} // namespace tocsin::storage
