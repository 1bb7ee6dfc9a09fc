#pragma once

#include "messages/failure.hpp"
#include "storage/files/descriptor.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

namespace tocsin::storage {

/// Keeps a second process out of a storage directory. The lock goes with the process that holds
/// it, however that ends.
class directory_lock {
public:
  /// Locks `directory` by its file `tocsin.lock`, which names the process that holds it. Another
  /// that holds it is waited for, at most this long.
  /// Errors: unavailable (another holds it), storage_io.
  static expected<directory_lock> acquire(const std::filesystem::path& directory,
                                          std::chrono::milliseconds patience = {});

private:
  explicit directory_lock(descriptor file) : file_(std::move(file)) {}

  descriptor file_;
};

enum class view_access { shared, alone };

/// Keeps those who look at a storage, `shared`, and the one who replaces its file, `alone`, apart,
/// as long as the result lives. The one who writes it takes no part.
/// Errors: unavailable (the other kind is at work), storage_io.
expected<descriptor> lock_views(const std::filesystem::path& directory, view_access access);

/// Flushes the entries of a directory to the disk, so that files made in it survive the loss of
/// power. Errors: storage_io.
expected<void> sync_directory(const std::filesystem::path& directory);

} // namespace tocsin::storage
