#pragma once

namespace tocsin::channels {

/// A name that only this program knows: it has the addresses 127.0.0.2 and 127.0.0.3, in this
/// order.
inline constexpr const char* name_of_two_addresses = "two.test";

} // namespace tocsin::channels
