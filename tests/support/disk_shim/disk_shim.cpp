#include "tests/support/disk_shim/disk_shim.hpp"

#include <climits>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits>
#include <mutex>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>

namespace tocsin::disk_shim {

namespace {

/// What was set up. A plain object that outlives every call.
struct plan {
  std::mutex mutex;
  std::filesystem::path recorded_directory;
  std::vector<change> changes;

  std::string failing_directory;
  call failing = call::write;
  uint64_t passing = 0;
  int error = EIO;
  uint64_t failed = 0;

  std::atomic<uint64_t> calls_left{std::numeric_limits<uint64_t>::max()};
  std::atomic<bool> is_idle{true};
};

/// What another process orders by a file that it shares with this one.
struct standing_orders {
  std::string directory;
  const std::atomic<uint64_t>* orders = nullptr;
};

standing_orders read_orders() {
  standing_orders result;
  auto* path = std::getenv("DISK_SHIM_ORDERS");
  auto* directory = std::getenv("DISK_SHIM_DIRECTORY");
  auto fd = path && directory ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return result;
  auto* place = ::mmap(nullptr, sizeof(uint64_t), PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (place == MAP_FAILED)
    return result;
  result.directory = std::filesystem::weakly_canonical(directory).string();
  result.orders = static_cast<const std::atomic<uint64_t>*>(place);
  return result;
}

plan& the_plan() {
  static auto* result = new plan;
  return *result;
}

std::string path_of(int fd) {
  char buffer[PATH_MAX];
  auto link = "/proc/self/fd/" + std::to_string(fd);
  auto size = readlink(link.c_str(), buffer, sizeof(buffer));
  return {buffer, size > 0 ? static_cast<size_t>(size) : 0};
}

/// Counts a call that changes files; the process may end here.
void count_call() {
  auto& x = the_plan();
  if (x.calls_left == std::numeric_limits<uint64_t>::max())
    return;
  if (x.calls_left-- == 0)
    raise(SIGKILL);
}

/// Whether it is to fail by the orders from outside.
bool is_ordered_to_fail(int fd, call what) {
  static const auto* const orders = new standing_orders{read_orders()};
  auto ordered = orders->orders != nullptr ? orders->orders->load() : 0;
  if (ordered == 0)
    return false;
  auto is_durable = what == call::write && (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
  auto own = what == call::sync ? fail_syncs : is_durable ? fail_durable_writes : fail_writes;
  return (ordered & own) != 0 && path_of(fd).starts_with(orders->directory);
}

/// Whether the call is to fail; `errno` says with what.
bool fails(int fd, call what) {
  if (is_ordered_to_fail(fd, what)) {
    errno = EIO;
    return true;
  }
  auto& x = the_plan();
  if (x.is_idle)
    return false;
  auto path = path_of(fd);
  std::lock_guard guard{x.mutex};
  auto is_meant
    = !x.failing_directory.empty() && what == x.failing && path.starts_with(x.failing_directory);
  if (is_meant && x.passing > 0)
    --x.passing;
  else if (is_meant)
    ++x.failed;
  auto result = is_meant && x.failed > 0;
  if (result)
    errno = x.error;
  return result;
}

void note(int fd, change x) {
  auto& plan = the_plan();
  if (plan.is_idle)
    return;
  std::filesystem::path path{path_of(fd)};
  std::lock_guard guard{plan.mutex};
  if (path.empty() || path.parent_path() != plan.recorded_directory)
    return;
  x.file = path.filename().string();
  plan.changes.push_back(std::move(x));
}

void note_write(int fd, uint64_t offset, std::string bytes) {
  auto flags = fcntl(fd, F_GETFL);
  note(fd, {change::kind::write, (flags & O_DSYNC) != 0, offset, std::move(bytes), 0, {}});
}

/// The first `size` bytes of `parts`.
std::string joined(const iovec* parts, int count, ssize_t size) {
  std::string result;
  for (int i = 0; i < count; ++i)
    result.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
  result.resize(static_cast<size_t>(size));
  return result;
}

/// The C library's own function of this name.
template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

} // namespace

void record(const std::filesystem::path& directory) {
  auto& x = the_plan();
  std::lock_guard guard{x.mutex};
  x.recorded_directory = std::filesystem::canonical(directory);
  x.changes.clear();
  x.is_idle = false;
}

void mark(uint64_t value) {
  auto& x = the_plan();
  std::lock_guard guard{x.mutex};
  x.changes.push_back({change::kind::mark, false, 0, {}, value, {}});
}

std::vector<change> stop_recording() {
  auto& x = the_plan();
  std::lock_guard guard{x.mutex};
  x.recorded_directory.clear();
  x.is_idle = x.failing_directory.empty();
  return std::exchange(x.changes, {});
}

void fail(const std::filesystem::path& directory, call what, uint64_t passing, int error) {
  auto& x = the_plan();
  std::lock_guard guard{x.mutex};
  x.failing_directory = std::filesystem::canonical(directory).string();
  x.failing = what;
  x.passing = passing;
  x.error = error;
  x.failed = 0;
  x.is_idle = false;
}

uint64_t failures() {
  auto& x = the_plan();
  std::lock_guard guard{x.mutex};
  return x.failed;
}

void heal() {
  auto& x = the_plan();
  std::lock_guard guard{x.mutex};
  x.failing_directory.clear();
  x.is_idle = x.recorded_directory.empty();
}

void die_after(uint64_t passing) {
  the_plan().calls_left = passing;
}

} // namespace tocsin::disk_shim

// -- the calls
// -------------------------------------------------------------------------------------

using namespace tocsin::disk_shim;

extern "C" {

ssize_t pwrite(int fd, const void* bytes, size_t size, off_t offset) {
  static auto next = real<decltype(&pwrite)>("pwrite");
  count_call();
  if (fails(fd, call::write))
    return -1;
  auto result = next(fd, bytes, size, offset);
  if (result > 0)
    note_write(fd, static_cast<uint64_t>(offset),
               {static_cast<const char*>(bytes), static_cast<size_t>(result)});
  return result;
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  static auto next = real<decltype(&pwritev)>("pwritev");
  count_call();
  if (fails(fd, call::write))
    return -1;
  auto result = next(fd, parts, count, offset);
  if (result > 0)
    note_write(fd, static_cast<uint64_t>(offset), joined(parts, count, result));
  return result;
}

ssize_t write(int fd, const void* bytes, size_t size) {
  static auto next = real<decltype(&write)>("write");
  count_call();
  if (fails(fd, call::write))
    return -1;
  return next(fd, bytes, size);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  static auto next = real<decltype(&writev)>("writev");
  count_call();
  if (fails(fd, call::write))
    return -1;
  auto offset = lseek(fd, 0, SEEK_CUR);
  auto result = next(fd, parts, count);
  if (result > 0 && offset >= 0)
    note_write(fd, static_cast<uint64_t>(offset), joined(parts, count, result));
  return result;
}

int fdatasync(int fd) {
  static auto next = real<decltype(&fdatasync)>("fdatasync");
  count_call();
  if (fails(fd, call::sync))
    return -1;
  auto result = next(fd);
  if (result == 0)
    note(fd, {change::kind::sync, true, 0, {}, 0, {}});
  return result;
}

int fsync(int fd) {
  static auto next = real<decltype(&fsync)>("fsync");
  count_call();
  if (fails(fd, call::sync))
    return -1;
  auto result = next(fd);
  if (result == 0)
    note(fd, {change::kind::sync, true, 0, {}, 0, {}});
  return result;
}

int ftruncate(int fd, off_t size) noexcept {
  static auto next = real<decltype(&ftruncate)>("ftruncate");
  count_call();
  return next(fd, size);
}

int rename(const char* from, const char* to) noexcept {
  static auto next = real<decltype(&rename)>("rename");
  count_call();
  return next(from, to);
}

int renameat2(int from_at, const char* from, int to_at, const char* to, unsigned flags) noexcept {
  static auto next = real<decltype(&renameat2)>("renameat2");
  count_call();
  return next(from_at, from, to_at, to, flags);
}

int unlink(const char* path) noexcept {
  static auto next = real<decltype(&unlink)>("unlink");
  count_call();
  return next(path);
}

} // extern "C"
