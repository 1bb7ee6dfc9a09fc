#pragma once

#include "channels/transport/address_rules.hpp"

#include <curl/curl.h>

#include <cstddef>
#include <string>
#include <vector>

namespace tocsin::channels {

/// Finds the addresses that rules allow for a host, without connecting to any: for a request whose
/// connection is made by a proxy, which would look the name up by itself and follow no rules. A
/// transfer on a handle that the probe is set up on resolves the name, offers each address to the
/// probe, which opens no socket, and so fails.
class address_probe {
public:
  /// Sets itself up on `easy`, in place of an `address_guard`, and forgets what it found.
  void begin(CURL* easy, address_rules rules);

  /// Forgets what it found.
  void reset() { *this = {}; }

  /// The most that are kept.
  static constexpr size_t most_addresses = 3;

  /// Each `ADDRESS:PORT` that the rules allow, of IPv4 where there is one, as a proxy need not have
  /// IPv6; empty if there is none.
  const std::vector<std::string>& found() const {
    return found_v4_.empty() ? found_v6_ : found_v4_;
  }

  /// Whether the rules refuse every address of the host.
  bool refused() const { return refused_ && found().empty(); }

private:
  static curl_socket_t look_at(void* self, curlsocktype purpose, curl_sockaddr* address);

  address_rules rules_;
  std::vector<std::string> found_v4_;
  std::vector<std::string> found_v6_;
  bool refused_ = false;
};

} // namespace tocsin::channels
