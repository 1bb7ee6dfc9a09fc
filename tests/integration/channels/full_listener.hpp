#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace tocsin::channels {

/// A port whose line of waiting connections is full: the kernel ignores whoever comes next.
class full_listener {
public:
  /// Any port where it is 0.
  explicit full_listener(const char* host = "127.0.0.1", uint16_t port = 0)
    : sockets_{socket(AF_INET, SOCK_STREAM, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = inet_addr(host);
    address.sin_port = htons(port);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t length = sizeof address;
    bind(sockets_[0], generic, length);
    listen(sockets_[0], 0);
    getsockname(sockets_[0], generic, &length);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 4; ++i) {
      sockets_.push_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
      connect(sockets_.back(), generic, length);
    }
  }

  ~full_listener() {
    for (auto fd : sockets_)
      close(fd);
  }

  uint16_t port() const { return port_; }

private:
  std::vector<int> sockets_;
  uint16_t port_ = 0;
};

} // namespace tocsin::channels
