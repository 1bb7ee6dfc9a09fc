#pragma once

#include "http/routes/route.hpp"
#include "messages/delivery_filter.hpp"
#include "messages/failure.hpp"

#include <optional>
#include <string_view>

namespace tocsin::http {

/// Reads the query parameters `channel`, `code`, `event_type`, `customer`, `since` and `until`, as
/// far as they are there. Errors: invalid_argument, unknown_event_type.
expected<delivery_filter> read_delivery_filters(const call& c);

/// As `read_delivery_filters`, and `state`, `outcome`, `service` and `text`.
/// Errors: forbidden (`text` without the scope `read:sensitive`).
expected<delivery_filter> read_list_filters(const call& c);

/// Reads an instant out of the query. Errors: invalid_argument.
expected<std::optional<timestamp>> read_instant(const call& c, std::string_view name);

} // namespace tocsin::http
