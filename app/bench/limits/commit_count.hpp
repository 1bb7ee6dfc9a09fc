#pragma once

#include "app/cli/context.hpp"
#include "messages/failure.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace tocsin::bench {

/// How often the service has made changes durable: commits, and entries of its journal.
/// Errors: unavailable, where it does not say.
expected<uint64_t> count_commits(const cli::connection& service);

/// The same as its metrics, in Prometheus' text format, tell it; nothing where they do not.
std::optional<uint64_t> find_commits(std::string_view metrics);

} // namespace tocsin::bench
