#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace tocsin {

/// A port of 127.0.0.1 for a server that has to come back on the same one. A socket that is bound
/// to it and does not listen keeps the system from giving it to anybody who takes any port, and
/// lets those in who name it and set SO_REUSEADDR, as servers do.
class reserved_port {
public:
  reserved_port() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    int on = 1;
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* raw = reinterpret_cast<sockaddr*>(&address);
    if (::setsockopt(socket_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0
        || ::bind(socket_, raw, size) != 0 || ::getsockname(socket_, raw, &size) != 0)
      throw std::runtime_error("no port can be reserved");
    number_ = ntohs(address.sin_port);
  }

  reserved_port(const reserved_port&) = delete;
  reserved_port& operator=(const reserved_port&) = delete;

  ~reserved_port() { ::close(socket_); }

  uint16_t number() const { return number_; }

private:
  int socket_;
  uint16_t number_ = 0;
};

} // namespace tocsin
