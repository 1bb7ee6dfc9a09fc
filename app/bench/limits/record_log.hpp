#pragma once

#include "messages/failure.hpp"

#include <lmdb.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

namespace tocsin::bench {

/// Records in an LMDB file with the durability of the service's, and nothing else: no index, no
/// encoding. No store on LMDB commits for less than this.
class record_log {
public:
  /// Makes a new one in `directory`, which must exist. Errors: those of `storage::lmdb_failure`.
  static expected<record_log> open(const std::filesystem::path& directory);

  /// Puts all records behind those that are there, in one transaction with one fsync. One thread
  /// at a time. Errors: as `open`; nothing was put then.
  expected<void> append(std::span<const std::string_view> records);

  /// How many records the file has.
  uint64_t size() const;

  /// The flags of the environment as LMDB reports them.
  unsigned flags() const;

private:
  struct closer {
    void operator()(MDB_env* x) const { mdb_env_close(x); }
  };

  record_log(std::filesystem::path directory, MDB_env* env)
    : directory_(std::move(directory)), env_(env) {}

  std::filesystem::path directory_;
  std::unique_ptr<MDB_env, closer> env_;
  MDB_dbi records_ = 0;
  uint64_t next_ = 0;
};

} // namespace tocsin::bench
