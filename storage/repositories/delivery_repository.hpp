#pragma once

#include "messages/delivery.hpp"
#include "messages/delivery_filter.hpp"
#include "messages/failure.hpp"
#include "messages/page.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/repositories/delivery_move.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::storage {

/// Reads deliveries and their attempts. Errors everywhere: storage_io, storage_corrupt.
class delivery_repository {
public:
  explicit delivery_repository(const transaction& tx) : tx_(tx) {}

  /// `last_code` and `last_text` come from the newest attempt.
  expected<std::optional<delivery>> find(const delivery_id& id) const;

  /// As `find` without `last_code` and `last_text`: one lookup instead of two.
  expected<std::optional<delivery>> find_without_outcome(const delivery_id& id) const;

  /// The delivery as a move left it, whatever befell it since, but for the note, which is the
  /// latest one. Without `last_code` and `last_text` where the record of that attempt has made room
  /// for later ones. Nothing if it was removed since.
  expected<std::optional<delivery>> find_as_of(const delivery_move& x) const;

  /// The deliveries of an event that can be read, in the order they were planned. Errors:
  /// storage_corrupt (one is missing).
  expected<std::vector<delivery>> of_event(const accepted_event& x) const;

  /// Newest first. Looks at no more than `max_scanned` deliveries, so that a page may hold fewer
  /// than its limit (even none) and still have a next one. What cannot be read is left out.
  /// Errors: invalid_argument (cursor).
  expected<page<delivery>> list(const delivery_filter& filter, const page_request& request,
                                uint32_t max_scanned = 2000) const;

  /// The attempts at a delivery that are kept (`most_kept_attempts`), oldest first.
  expected<std::vector<attempt>> attempts(const delivery_id& id) const;

private:
  const transaction& tx_;
};

} // namespace tocsin::storage
