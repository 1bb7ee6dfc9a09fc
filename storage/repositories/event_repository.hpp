#pragma once

#include "messages/delivery.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "storage/engine/transaction.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace tocsin::storage {

/// The id by which senders know an event: their own where they gave one, else ours.
std::string public_id(const accepted_event& x);

/// Finds what `idempotency` holds under a sender's id or an idempotency key; one that is empty or
/// too long names nothing. Errors: storage_io, storage_corrupt.
expected<std::optional<event_id>> find_event_id(const transaction& tx, std::string_view key);

/// Says which events a list shows.
using event_sieve = std::function<bool(const accepted_event&)>;

/// Reads accepted events. Errors everywhere: storage_io, storage_corrupt.
class event_repository {
public:
  explicit event_repository(const transaction& tx) : tx_(tx) {}

  expected<std::optional<accepted_event>> find(const event_id& id) const;

  /// Finds an event by its public id.
  expected<std::optional<accepted_event>> find_public(std::string_view id) const;

  /// Finds the event that was accepted under an idempotency key, or under a sender's own id.
  expected<std::optional<accepted_event>> find_by_key(std::string_view key) const;

  /// Newest first, those that can be read and that `keeps` is true of; all, where it is empty.
  /// Looks at no more than `max_scanned` events and ends with `max_page_bytes`, so that a page may
  /// hold fewer than its limit (even none) and still have a next one. Errors: invalid_argument
  /// (cursor).
  expected<page<accepted_event>> list(const page_request& request, const event_sieve& keeps = {},
                                      uint32_t max_scanned = 2000) const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
