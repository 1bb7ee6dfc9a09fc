#pragma once

#include <atomic>

namespace tocsin::channels {

// Names that only this program knows. Unlike `localhost` libcurl has them looked up.

/// It has the address 127.0.0.1.
inline constexpr const char* name_of_one_address = "one.test";

/// It has the addresses 127.0.0.2 and 127.0.0.3, in this order.
inline constexpr const char* name_of_two_addresses = "two.test";

/// Looking it up takes ten seconds and fails. Names under `.invalid` fail at once.
inline constexpr const char* name_that_hangs = "slow.test";

/// How many such look-ups have begun.
inline std::atomic<int> hanging_lookups = 0;

} // namespace tocsin::channels
