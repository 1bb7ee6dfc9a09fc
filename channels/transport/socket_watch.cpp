#include "channels/transport/socket_watch.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace tocsin::channels {

socket_watch::socket_watch()
  : epoll_{epoll_create1(EPOLL_CLOEXEC)}, event_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} {
  epoll_event x{};
  // Each write is a separate edge, so that nobody has to read what it counts.
  x.events = EPOLLIN | EPOLLET;
  x.data.fd = event_;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, event_, &x);
}

socket_watch::~socket_watch() {
  close(event_);
  close(epoll_);
}

socket_watch::entry& socket_watch::at(int socket) {
  if (static_cast<size_t>(socket) >= entries_.size())
    entries_.resize(static_cast<size_t>(socket) + 1);
  return entries_[static_cast<size_t>(socket)];
}

void socket_watch::set(int socket, entry& x, uint32_t events) {
  epoll_event change{};
  change.events = events;
  change.data.fd = socket;
  auto what = events == 0 ? EPOLL_CTL_DEL : x.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  epoll_ctl(epoll_, what, socket, &change);
  x.registered = events;
}

void socket_watch::keep(int socket) {
  at(socket) = {.is_kept = true};
}

void socket_watch::want(int socket, uint32_t events) {
  auto& x = at(socket);
  x.wanted = events;
  auto may_stay = events == 0 && x.is_kept;
  if (events != x.registered && !may_stay)
    set(socket, x, events);
}

void socket_watch::forget(int socket) {
  auto& x = at(socket);
  if (x.registered != 0)
    set(socket, x, 0);
  x = {};
}

std::span<const socket_watch::ready> socket_watch::wait(int timeout_ms) {
  ready_.clear();
  auto count = epoll_wait(epoll_, kernel_events_.data(), static_cast<int>(kernel_events_.size()),
                          timeout_ms);
  for (int i = 0; i < count; ++i) {
    auto& event = kernel_events_[static_cast<size_t>(i)];
    if (event.data.fd == event_)
      continue;
    auto& x = at(event.data.fd);
    if (x.wanted == 0)
      // Nobody waits for it: a server closed a connection that was kept open, most likely.
      set(event.data.fd, x, 0);
    else
      ready_.push_back({event.data.fd, event.events});
  }
  return ready_;
}

void socket_watch::wake() {
  uint64_t one = 1;
  [[maybe_unused]] auto written = write(event_, &one, sizeof one);
}

} // namespace tocsin::channels
