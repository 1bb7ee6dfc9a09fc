#include "channels/transport/address_probe.hpp"

#include <fmt/format.h>

#include <array>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <utility>

namespace tocsin::channels {

namespace {

/// As `CURLOPT_CONNECT_TO` takes it; empty for what is no address.
std::string text_of(const curl_sockaddr& x) {
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> port{};
  if (::getnameinfo(&x.addr, x.addrlen, host.data(), host.size(), port.data(), port.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV)
      != 0)
    return {};
  if (x.family == AF_INET6)
    return fmt::format("[{}]:{}", host.data(), port.data());
  return fmt::format("{}:{}", host.data(), port.data());
}

} // namespace

void address_probe::begin(CURL* easy, address_rules rules) {
  reset();
  rules_ = std::move(rules);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &address_probe::look_at);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
}

curl_socket_t address_probe::look_at(void* self, curlsocktype, curl_sockaddr* address) {
  auto& probe = *static_cast<address_probe*>(self);
  if (!probe.rules_.allow(address->addr)) {
    probe.refused_ = true;
    return CURL_SOCKET_BAD;
  }
  auto& found = address->family == AF_INET6 ? probe.found_v6_ : probe.found_v4_;
  auto text = text_of(*address);
  if (found.size() < most_addresses && !text.empty())
    found.push_back(std::move(text));
  return CURL_SOCKET_BAD;
}

} // namespace tocsin::channels
