#pragma once

#include "messages/failure.hpp"
#include "storage/transaction.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace tocsin::storage {

/// What a check of the whole storage found.
struct verify_report {
  /// One sentence per fault, at most `max_problems` of them.
  std::vector<std::string> problems;
  /// All faults, also those not listed.
  uint64_t problem_count = 0;
  /// How many entries were looked at.
  uint64_t entries = 0;

  bool ok() const { return problem_count == 0; }
};

inline constexpr size_t max_problems = 100;

/// Checks that every record can be read, and every index and counter against the records. Memory
/// stays small however much is stored.
/// Errors: storage_io; storage_corrupt where LMDB itself cannot go on.
expected<verify_report> verify(const transaction& tx);

} // namespace tocsin::storage
