#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace tocsin {

/// Two lower-case hexadecimal digits for each byte.
std::string to_hex(std::span<const uint8_t> bytes);

} // namespace tocsin
