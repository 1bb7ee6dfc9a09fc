#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <sys/epoll.h>
#include <vector>

namespace tocsin::channels {

/// Tells which of libcurl's sockets are ready. The socket of a connection stays with the kernel
/// while libcurl has no interest in it, until it stirs: between two requests it would only be taken
/// out and put in again. All others leave at once, as libcurl closes the sockets of its resolver
/// without a word, and the next one has their number. Not thread-safe but for `wake`.
class socket_watch {
public:
  socket_watch();
  ~socket_watch();

  socket_watch(const socket_watch&) = delete;
  socket_watch& operator=(const socket_watch&) = delete;

  /// Must be called when a connection's `socket` was opened.
  void keep(int socket);

  /// Watches `socket` for `events` (EPOLLIN, EPOLLOUT) instead of what it was watched for; 0 for
  /// nothing.
  void want(int socket, uint32_t events);

  /// Must be called before a connection's `socket` is closed.
  void forget(int socket);

  /// A socket and what it is ready for.
  struct ready {
    int socket;
    uint32_t events;
  };

  /// Waits up to `timeout_ms` (-1 for ever). The result is valid until the next call.
  std::span<const ready> wait(int timeout_ms);

  /// Makes `wait` return. May be called from any thread.
  void wake();

private:
  struct entry {
    /// What the kernel watches for; unregistered where it is empty.
    uint32_t registered = 0;
    uint32_t wanted = 0;
    /// Whether it is a connection's.
    bool is_kept = false;
  };

  entry& at(int socket);
  void set(int socket, entry& x, uint32_t events);

  int epoll_ = -1;
  int event_ = -1;
  /// By socket.
  std::vector<entry> entries_;
  std::array<epoll_event, 256> kernel_events_{};
  std::vector<ready> ready_;
};

} // namespace tocsin::channels
