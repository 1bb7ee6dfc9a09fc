#pragma once

#include "messages/failure.hpp"
#include "messages/ids.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/codec.hpp"

#include <array>
#include <string>

namespace tocsin::storage {

/// The key of an entry of `dead_letters`: channel id (16 bytes), the instant at which the delivery
/// became one in Unix milliseconds (8, those before 1970 as 0), delivery id (16).
class dead_letter_key {
public:
  static constexpr size_t size = 40;

  dead_letter_key(const channel_id& channel, timestamp finished_at, const delivery_id& delivery);

  operator byte_view() const { return {bytes_.data(), bytes_.size()}; }

private:
  std::array<char, size> bytes_;
};

/// An entry of `dead_letters` taken apart.
struct dead_letter_fields {
  channel_id channel;
  timestamp finished_at{};
  delivery_id delivery;
  /// The code of the attempt that made it one. Lives as long as the value does.
  byte_view code;
};

/// Writes the value of an entry into `out`.
byte_view encode_dead_letter(std::string& out, std::string_view code);

/// Errors: storage_corrupt, storage_too_new.
expected<dead_letter_fields> decode_dead_letter(byte_view key, byte_view value);

} // namespace tocsin::storage
