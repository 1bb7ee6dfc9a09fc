#pragma once

#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "storage/engine/codec.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tocsin::storage {

/// How many attempts at a delivery are kept, the newest ones: a provider may refuse it for months.
inline constexpr size_t most_kept_attempts = 100;

/// The key of an attempt: the delivery's id, then the attempt's number in two bytes.
class attempt_key {
public:
  attempt_key(const delivery_id& id, uint16_t number) {
    std::copy(id.bytes.begin(), id.bytes.end(), bytes_.begin());
    store_big_endian(bytes_.data() + id.bytes.size(), number);
  }

  operator byte_view() const { return {bytes_.data(), bytes_.size()}; }

private:
  std::array<char, 18> bytes_;
};

/// Writes an attempt into `out`; delivery and number are in the key.
byte_view encode_attempt(std::string& out, const attempt& x);

/// Reads the value under the key of an attempt. Errors: storage_corrupt, storage_too_new.
expected<attempt> decode_attempt(byte_view key, byte_view value);

} // namespace tocsin::storage
