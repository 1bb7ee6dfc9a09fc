#pragma once

#include "messages/failure.hpp"
#include "storage/files/descriptor.hpp"
#include "storage/files/page_format.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace tocsin::storage {

/// The file of a storage, read past LMDB: a file that is cut off, damaged or no storage at all
/// gives a failure here where LMDB would end the process. Used by one thread.
class data_file {
public:
  /// Opens `path` and checks that it begins as a storage does.
  /// Errors: not_found, storage_corrupt (empty, no storage, of another byte order), storage_too_new
  /// (another file format), storage_io.
  static expected<data_file> open(const std::filesystem::path& path);

  const std::filesystem::path& path() const { return path_; }
  uint64_t page_bytes() const { return page_bytes_; }

  /// What the last commit wrote into its meta page, by now.
  /// Errors: storage_corrupt, storage_io.
  expected<page_format::meta_content> last_commit() const;

  /// What the commit `transaction` wrote there; nothing unless it is one of the last two.
  /// Errors: storage_corrupt, storage_io.
  expected<std::optional<page_format::meta_content>> find_commit(uint64_t transaction) const;

  /// Reads `count` pages from page `first` on. Errors: storage_corrupt (beyond the end of the
  /// file), storage_io.
  expected<std::string> read_pages(uint64_t first, uint64_t count) const;

  /// Errors: storage_io.
  expected<uint64_t> size() const;

private:
  data_file(descriptor file, std::filesystem::path path)
    : file_(std::move(file)), path_(std::move(path)) {}

  expected<page_format::meta_content> read_meta(uint64_t offset) const;
  expected<std::string> read(uint64_t offset, uint64_t size) const;

  descriptor file_;
  std::filesystem::path path_;
  uint64_t page_bytes_ = 0;
};

} // namespace tocsin::storage
