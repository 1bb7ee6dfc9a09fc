#pragma once

#include "app/bench/payload.hpp"
#include "messages/failure.hpp"

#include <cstdint>
#include <filesystem>

namespace tocsin::bench {

/// Stores `count` customers in a storage that nobody has open, and makes it where it is missing:
/// each with portal access, the service of the run, and a preference. They are what `customer_name`
/// names. Errors: those of storage.
expected<void> store_customers(const std::filesystem::path& data, const run_mark& mark,
                               uint64_t count);

} // namespace tocsin::bench
