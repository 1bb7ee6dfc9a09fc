#pragma once

#include "client/config.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct MDB_env;

namespace tocsin::client {

/// Submissions on the panel's own disk, in the order in which they came; an LMDB database in a
/// directory that one client at a time may use. What has been appended survives `kill -9` and the
/// loss of power. Not thread-safe. docs/gate.md describes the file.
class spool {
public:
  /// A submission that is stored.
  struct entry {
    /// Its place; rises.
    uint64_t key = 0;
    /// `submit_events` as in a frame, without the number.
    std::string payload;
  };

  /// Opens the spool, or makes an empty one.
  /// Errors: unavailable (another client has it), storage_corrupt, storage_too_new (its format is
  /// not ours), storage_full, storage_io.
  static expected<std::unique_ptr<spool>> open(const spool_config& settings);

  ~spool();

  spool(const spool&) = delete;
  spool& operator=(const spool&) = delete;

  /// Stores as many of `payloads` as there is room for, from the first on, with one flush to the
  /// disk for all; returns how many. Errors: storage_full (of the disk), storage_io; then none is.
  expected<size_t> append(const std::vector<std::string_view>& payloads);

  /// The entries after `key`, up to `max_bytes` of payloads and one at least, where there is one;
  /// they end before one that cannot be read. Errors, of the first one: storage_corrupt,
  /// storage_io.
  expected<std::vector<entry>> read_after(uint64_t key, size_t max_bytes) const;

  /// Removes entries, with one flush for all. Errors: storage_full (of the disk), storage_io.
  expected<void> erase(const std::vector<uint64_t>& keys);

  /// The key of the last entry ever appended since there was none; 0 if there never was any.
  uint64_t last_key() const { return last_key_; }

private:
  class transaction;

  struct env_deleter {
    void operator()(MDB_env* x) const;
  };

  spool(std::filesystem::path directory, uint64_t max_bytes, int lock);

  expected<void> open_environment();
  expected<void> prepare();
  failure failed(int code, std::string_view action) const;

  std::filesystem::path directory_;
  uint64_t max_bytes_;
  int lock_;
  std::unique_ptr<MDB_env, env_deleter> env_;
  unsigned database_ = 0;
  uint64_t last_key_ = 0;
  /// What the entries take on the disk.
  uint64_t used_bytes_ = 0;
};

} // namespace tocsin::client
