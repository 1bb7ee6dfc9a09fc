#pragma once

#include "messages/failure.hpp"

#include <filesystem>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace tocsin::storage {

/// A file descriptor that is closed with the object; negative where there is none.
class descriptor {
public:
  explicit descriptor(int fd) : fd_(fd) {}
  descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  descriptor& operator=(descriptor&&) = delete;

  ~descriptor() {
    if (fd_ >= 0)
      close(fd_);
  }

  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

private:
  int fd_;
};

/// The failure that `errno` tells of, for example with the action `cannot open`. Codes:
/// storage_full, already_exists, storage_io for all else.
failure io_failure(std::string_view action, const std::filesystem::path& path);

} // namespace tocsin::storage
