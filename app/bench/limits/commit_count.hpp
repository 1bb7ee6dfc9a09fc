#pragma once

#include "messages/failure.hpp"

#include <cstdint>
#include <filesystem>

namespace tocsin::bench {

/// How many transactions an LMDB storage in `directory` has committed in its life, whoever has it
/// open. Errors: those of `storage::lmdb_failure`.
expected<uint64_t> count_commits(const std::filesystem::path& directory);

} // namespace tocsin::bench
