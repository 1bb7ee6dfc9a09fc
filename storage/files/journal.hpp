#pragma once

#include "messages/failure.hpp"
#include "storage/files/bytes.hpp"
#include "storage/files/descriptor.hpp"

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tocsin::storage {

/// A file beside the data, to which changes are appended that are to be durable before LMDB commits
/// them: one write and one flush in one place, where a commit has a dozen places and two flushes.
/// It holds what one commit will hold. Once LMDB has made that, the file is written again from its
/// front; what then stands in it is void, as it names a commit that was made. Only the writer's
/// thread uses it. `docs/storage-format.md` gives its bytes.
class journal {
public:
  /// This much a commit holds at most, of many events at once; a busy node has less in 20 ms.
  static constexpr size_t file_bytes = size_t{4} << 20;

  static constexpr auto file_name = "journal";

  /// Opens that of the storage in `directory`, or makes it; of use once it was read. Errors:
  /// storage_io.
  static expected<journal> open(const std::filesystem::path& directory);

  journal(journal&& other) noexcept;
  journal& operator=(journal&&) = delete;

  /// Whether `bytes` of changes find room behind what is there; they do not before that was read.
  /// Makes the bytes that the file lacks.
  bool has_room(size_t bytes);

  /// Appends `changes`, which LMDB's commit number `commit` is to hold and for which `has_room`. On
  /// return they survive the loss of power. On failure they do not count, not after the end of the
  /// process either, and the next ones take their place. Errors: storage_full, storage_io.
  expected<void> append(uint64_t commit, byte_view changes);

  /// All changes that were appended for `commit`, in their order; empty if there are none. Of a
  /// journal that was opened just now these are what stands in the file: the last entry may be cut
  /// off by a crash, or be left by a loss of power though it was said that it does not count. Then
  /// the file is given all its bytes, so that an append never needs room on the disk. Where the
  /// disk has no room for them it takes nothing until there is some: LMDB can commit on pages that
  /// are free.
  /// Errors: storage_io; storage_corrupt, where an entry that counts cannot be read any more.
  expected<std::string> read(uint64_t commit);

  /// Begins again at the front, as LMDB has committed.
  void rewind() { end_ = 0; }

  /// What kept it from taking changes when that was tried last; nothing where it took them, or
  /// nothing was tried.
  const std::optional<failure>& fault() const { return fault_; }

  /// How often changes were appended since it was opened. Any thread.
  uint64_t appended() const { return appended_; }

private:
  journal(descriptor file, std::filesystem::path path)
    : file_(std::move(file)), path_(std::move(path)) {}

  expected<void> write(uint64_t commit, byte_view changes);
  expected<std::string> read_first(uint64_t commit);

  descriptor file_;
  std::filesystem::path path_;
  /// Whether the file has all its bytes.
  bool is_whole_ = false;
  /// Behind the last entry that counts; nothing before the first `read`.
  std::optional<uint64_t> end_;
  std::optional<failure> fault_;
  std::atomic<uint64_t> appended_ = 0;
};

/// Whether the storage in `directory` has a journal with changes for LMDB's commit number `commit`.
/// Errors: storage_io; storage_corrupt, where one of them cannot be read that others follow.
expected<bool> has_journal_for(const std::filesystem::path& directory, uint64_t commit);

/// Overwrites whatever the journal in `directory` holds, where there is one. Errors: storage_full,
/// storage_io.
expected<void> void_journal(const std::filesystem::path& directory);

} // namespace tocsin::storage
