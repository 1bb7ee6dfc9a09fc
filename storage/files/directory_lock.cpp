#include "storage/files/directory_lock.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace tocsin::storage {

namespace {

/// Who holds the lock, by what it wrote into the file.
std::string read_holder(int fd) {
  char buffer[32];
  auto size = pread(fd, buffer, sizeof(buffer), 0);
  std::string result(buffer, size > 0 ? static_cast<size_t>(size) : 0);
  while (!result.empty() && result.back() == '\n')
    result.pop_back();
  return result.empty() ? "another process" : "process " + result;
}

/// Locks the file; false, with `errno` set, where that failed or another held it all the time.
bool lock_within(int fd, std::chrono::milliseconds patience) {
  using clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds pause_between_tries{10};
  auto until = clock::now() + patience;
  while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK || clock::now() >= until)
      return false;
    std::this_thread::sleep_for(pause_between_tries);
  }
  return true;
}

expected<descriptor> open_directory(const std::filesystem::path& directory) {
  descriptor result{open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!result)
    return io_failure("cannot open", directory);
  return result;
}

} // namespace

expected<directory_lock> directory_lock::acquire(const std::filesystem::path& directory,
                                                 std::chrono::milliseconds patience) {
  auto path = directory / "tocsin.lock";
  descriptor file{open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!file)
    return io_failure("cannot open", path);
  auto fd = file.get();
  if (!lock_within(fd, patience)) {
    if (errno != EWOULDBLOCK)
      return io_failure("cannot lock", path);
    return fail(errc::unavailable, fmt::format("the storage in {} is in use by {}",
                                               directory.string(), read_holder(fd)));
  }
  // Only for people: a disk without room for the number is no reason not to start.
  auto holder = fmt::format("{}\n", getpid());
  if (ftruncate(fd, 0) != 0 || pwrite(fd, holder.data(), holder.size(), 0) < 0)
    errno = 0;
  return directory_lock{std::move(file)};
}

expected<descriptor> lock_views(const std::filesystem::path& directory, view_access access) {
  auto result = open_directory(directory);
  if (!result)
    return result;
  auto is_shared = access == view_access::shared;
  if (flock(result->get(), (is_shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0)
    return result;
  if (errno != EWOULDBLOCK)
    return io_failure("cannot lock", directory);
  return fail(errc::unavailable,
              fmt::format("the storage in {} is being {}", directory.string(),
                          is_shared ? "compacted" : "looked at by another process"));
}

expected<void> sync_directory(const std::filesystem::path& directory) {
  auto opened = open_directory(directory);
  if (!opened)
    return opened.error();
  if (fsync(opened->get()) != 0)
    return io_failure("cannot flush", directory);
  return {};
}

} // namespace tocsin::storage
