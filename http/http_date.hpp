#pragma once

#include <string_view>

namespace tocsin::http {

/// The current time as a `Date` header has it (RFC 9110 §5.6.7). The text is made once a second
/// per thread and stays valid until that thread asks again.
std::string_view http_date();

} // namespace tocsin::http
