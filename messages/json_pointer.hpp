#pragma once

#include <string>
#include <string_view>

namespace tocsin {

/// The JSON pointer `base` with one more reference token, escaped (RFC 6901 §3).
std::string extend_pointer(std::string_view base, std::string_view token);

} // namespace tocsin
