#pragma once

#include "messages/failure.hpp"
#include "storage/engine/database.hpp"
#include "storage/upkeep/verification.hpp"

#include <span>

namespace tocsin::storage {

/// How each record of one database is checked: by itself, and against those it speaks of. Gives the
/// failure where the record cannot be read.
struct record_check {
  database db;
  expected<void> (*check)(verification& on, byte_view key, byte_view value);
};

/// The check of records that speak of no others.
template <auto Decode>
expected<void> check_readable(verification&, byte_view key, byte_view value) {
  if (auto x = Decode(key, value); !x)
    return x.error();
  return {};
}

/// The checks of what has happened: events, deliveries, and all that belongs to them.
std::span<const record_check> history_checks();

/// The checks of what people have set up.
std::span<const record_check> configuration_checks();

} // namespace tocsin::storage
