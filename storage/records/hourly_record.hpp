#pragma once

#include "messages/delivery_counts.hpp"
#include "messages/failure.hpp"
#include "messages/timestamp.hpp"
#include "storage/engine/codec.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>

namespace tocsin::storage {

/// The key of an hour: its begin in Unix milliseconds, those before 1970 as 0.
class hour_key {
public:
  explicit hour_key(timestamp at) {
    auto hour = std::chrono::floor<std::chrono::hours>(at);
    auto ms = std::max<int64_t>(to_unix_ms(timestamp{hour}), 0);
    store_big_endian(bytes_.data(), static_cast<uint64_t>(ms));
  }

  operator byte_view() const { return {bytes_.data(), bytes_.size()}; }

private:
  std::array<char, sizeof(uint64_t)> bytes_{};
};

/// Writes the counts of an hour into `out`.
byte_view encode_hourly_count(std::string& out, const delivery_counts& x);

/// Adds `x` to what `encode_hourly_count` wrote.
void add_to_hourly_count(std::string& record, const delivery_counts& x);

/// Errors: storage_corrupt, storage_too_new.
expected<counted_span> decode_hourly_count(byte_view key, byte_view value);

} // namespace tocsin::storage
