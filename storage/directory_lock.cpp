#include "storage/directory_lock.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace tocsin::storage {

namespace {

failure io_failure(std::string_view action, const std::filesystem::path& path) {
  auto code = errno == ENOSPC ? errc::storage_full : errc::storage_io;
  return fail(code, fmt::format("{} {}: {}", action, path.string(), std::strerror(errno)));
}

/// Who holds the lock, by what it wrote into the file.
std::string read_holder(int fd) {
  char buffer[32];
  auto size = pread(fd, buffer, sizeof(buffer), 0);
  std::string result(buffer, size > 0 ? static_cast<size_t>(size) : 0);
  while (!result.empty() && result.back() == '\n')
    result.pop_back();
  return result.empty() ? "another process" : "process " + result;
}

} // namespace

expected<directory_lock> directory_lock::acquire(const std::filesystem::path& directory) {
  auto path = directory / "tocsin.lock";
  auto fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return io_failure("cannot open", path);
  directory_lock result{fd};
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK)
      return io_failure("cannot lock", path);
    return fail(errc::unavailable, fmt::format("the storage in {} is in use by {}",
                                               directory.string(), read_holder(fd)));
  }
  // Only for people: a disk without room for the number is no reason not to start.
  auto holder = fmt::format("{}\n", getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, holder.data(), holder.size(), 0) < 0)
    errno = 0;
  return result;
}

directory_lock::directory_lock(directory_lock&& other) noexcept
  : fd_(std::exchange(other.fd_, -1)) {}

directory_lock::~directory_lock() {
  if (fd_ >= 0)
    close(fd_);
}

expected<void> sync_directory(const std::filesystem::path& directory) {
  auto fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    return io_failure("cannot open", directory);
  auto code = fsync(fd);
  auto saved = errno;
  close(fd);
  errno = saved;
  if (code != 0)
    return io_failure("cannot flush", directory);
  return {};
}

} // namespace tocsin::storage
