#pragma once

#include "tests/support/standin/record_book.hpp"

#include <boost/json/object.hpp>

namespace tocsin::standin {

/// A record as the control face shows it. Header names are in lower case, repeated headers joined
/// by `, `. A body that is not valid UTF-8 stands in `body_base64` instead of `body`.
boost::json::object to_json(const record& entry, ruling how);

/// The counts as the control face shows them.
boost::json::object to_json(const record_counts& counts);

} // namespace tocsin::standin
