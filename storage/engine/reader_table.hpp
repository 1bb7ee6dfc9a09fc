#pragma once

#include <cstdint>
#include <optional>
#include <vector>

struct MDB_env;

namespace tocsin::storage {

/// A process that reads the storage, as LMDB's table of readers has it.
struct reader_stats {
  uint64_t process = 0;
  /// The commit it reads; nothing while it is idle.
  std::optional<uint64_t> transaction;
};

/// Everybody who reads, this process included; empty where the storage was opened without locks.
/// Some microseconds.
std::vector<reader_stats> list_readers(MDB_env* env);

} // namespace tocsin::storage
