// A library for LD_PRELOAD: the wall clock is off by as many seconds as the eight bytes of the file
// that CLOCK_SHIFT_FILE names say, and jumps when they change. The steady clocks go on as ever, and
// the kernel keeps its own time, as it does when somebody sets the clock.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace {

const std::atomic<int64_t>* map_shift() {
  static const std::atomic<int64_t> none{0};
  auto path = std::getenv("CLOCK_SHIFT_FILE");
  auto fd = path != nullptr ? ::open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0)
    return &none;
  auto* place = ::mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  return place == MAP_FAILED ? &none : static_cast<const std::atomic<int64_t>*>(place);
}

int64_t shift() {
  static const auto* const result = map_shift();
  return result->load();
}

bool is_wall_clock(clockid_t id) {
  return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE || id == CLOCK_TAI;
}

} // namespace

extern "C" {

int clock_gettime(clockid_t id, timespec* out) noexcept {
  using function = int (*)(clockid_t, timespec*);
  static const auto real = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "clock_gettime"));
  auto result = real(id, out);
  if (result == 0 && is_wall_clock(id))
    out->tv_sec += shift();
  return result;
}

int gettimeofday(timeval* out, void*) noexcept {
  timespec now{};
  auto result = clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / 1000;
  return result;
}

time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr)
    *out = now.tv_sec;
  return now.tv_sec;
}
}
