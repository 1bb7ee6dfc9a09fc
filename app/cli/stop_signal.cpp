#include "app/cli/stop_signal.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace tocsin::cli {

namespace {

/// What the handler writes to, so that no signal falls between looking and waiting.
std::atomic<int> notes{-1};

extern "C" void note_signal(int) {
  auto kept = errno;
  uint64_t one = 1;
  [[maybe_unused]] auto written = ::write(notes, &one, sizeof one);
  errno = kept;
}

} // namespace

stop_signal::stop_signal() {
  notes = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESETHAND;
  ::sigaction(SIGINT, &action, &old_interrupt_);
  ::sigaction(SIGTERM, &action, &old_terminate_);
}

stop_signal::~stop_signal() {
  ::sigaction(SIGINT, &old_interrupt_, nullptr);
  ::sigaction(SIGTERM, &old_terminate_, nullptr);
  ::close(notes.exchange(-1));
}

bool stop_signal::arrives_within(std::chrono::milliseconds limit) {
  using clock = std::chrono::steady_clock;
  auto end = clock::now() + limit;
  for (;;) {
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - clock::now()).count();
    pollfd x{notes, POLLIN, 0};
    auto found = ::poll(&x, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (found >= 0 || errno != EINTR)
      return found > 0;
  }
}

} // namespace tocsin::cli
