#pragma once

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace tocsin::disk_shim {

// Stands between a test and the calls by which its process changes files: watches them, lets them
// fail, or ends the process at one. It is linked before the C library, so that its functions stand
// before those. Not to be set up while others write.
//
// For a program of its own it is a library for LD_PRELOAD: while the first eight bytes of the file
// that DISK_SHIM_ORDERS names are no zero, calls to files below DISK_SHIM_DIRECTORY fail with EIO.
// They are a sum of the `order`s below.

/// One change of a watched file, in the order in which they were made.
struct change {
  enum class kind : uint8_t {
    /// `bytes` at `offset`. With `is_durable` the call returned only once they were on the disk.
    write,
    /// All that was written to this file before is on the disk.
    sync,
    /// What `mark` noted.
    mark,
  };

  kind what = kind::write;
  bool is_durable = false;
  uint64_t offset = 0;
  std::string bytes;
  uint64_t mark = 0;
  /// The file's name.
  std::string file;
};

/// Begins to note every change of the files in `directory`.
void record(const std::filesystem::path& directory);

/// Notes where the program itself is, between the changes.
void mark(uint64_t value);

/// Ends the notes and gives them.
std::vector<change> stop_recording();

enum class call : uint8_t { write, sync };

/// Lets calls of this kind to files below `directory` fail with `error`, after `passing` that
/// succeed, until `heal`.
void fail(const std::filesystem::path& directory, call what, uint64_t passing, int error = EIO);

/// How many calls failed so since then.
uint64_t failures();

void heal();

/// Which calls of a program with the shim before it fail.
enum order : uint64_t {
  /// Those that write, but for those below.
  fail_writes = 1,
  fail_syncs = 2,
  /// Those that return once they are on the disk, as those do by which LMDB ends a commit.
  fail_durable_writes = 4,
};

/// Ends the process by SIGKILL before the call that follows `passing` others: those that write,
/// flush, cut, rename, link or remove files.
void die_after(uint64_t passing);

} // namespace tocsin::disk_shim
