#pragma once

#include "messages/failure.hpp"
#include "messages/protocol/delivery_log.hpp"
#include "storage/engine/transaction.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace tocsin {

/// The event that `x` carries as a list shows it: without its details, which nobody sees there.
/// Errors: as `read_event_of`.
expected<event> read_listed_event_of(const storage::transaction& tx, const delivery& x);

/// The bytes of text in an entry of a list, by which a page is filled.
size_t text_bytes(const delivery_view& x);

/// not_found for a delivery that is not there, or not there for who asks.
failure no_such_delivery(const delivery_id& id);

/// A delivery with its event and every attempt. Errors: not_found, and those of storage.
expected<delivery_view> read_delivery(const storage::transaction& tx, const delivery_id& id);

/// All names that events may give the customer `name`: its id and its display name, or `name` alone
/// where no customer is registered under it. Errors: those of storage.
expected<std::vector<std::string>> names_of_customer(const storage::transaction& tx,
                                                     const std::string& name);

/// Puts all names of the customer that `filter` names, if it does, into its place.
/// Errors: those of storage.
expected<void> use_all_names(const storage::transaction& tx, delivery_filter& filter);

} // namespace tocsin
