#pragma once

#include "messages/failure.hpp"

#include <filesystem>

namespace tocsin::storage {

/// Keeps a second process out of a storage directory. The lock goes with the process that holds
/// it, however that ends.
class directory_lock {
public:
  /// Locks `directory` by its file `tocsin.lock`, which names the process that holds it.
  /// Errors: unavailable (another holds it), storage_io.
  static expected<directory_lock> acquire(const std::filesystem::path& directory);

  directory_lock(directory_lock&& other) noexcept;
  directory_lock& operator=(directory_lock&&) = delete;
  ~directory_lock();

private:
  explicit directory_lock(int fd) : fd_(fd) {}

  int fd_;
};

/// Flushes the entries of a directory to the disk, so that files made in it survive the loss of
/// power. Errors: storage_io.
expected<void> sync_directory(const std::filesystem::path& directory);

} // namespace tocsin::storage
