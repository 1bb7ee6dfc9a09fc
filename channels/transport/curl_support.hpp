#pragma once

#include "channels/transport/wire.hpp"

#include <curl/curl.h>

#include <memory>

namespace tocsin::channels {

/// Initialises libcurl for the process, once.
void initialise_curl();

struct easy_cleanup {
  void operator()(CURL* x) const { curl_easy_cleanup(x); }
};

struct url_cleanup {
  void operator()(CURLU* x) const { curl_url_cleanup(x); }
};

using easy_handle = std::unique_ptr<CURL, easy_cleanup>;

/// Has a transfer that ends while its host name is looked up end without the thread that does so.
/// libcurl would wait for that one, and it ends by the resolver's limits alone, which may be half a
/// minute later.
void leave_lookups_behind(CURL* easy);

/// Whether the last transfer got as far as a TCP connection. The time of connecting does not tell:
/// where TLS follows, it is set only after the handshake.
bool was_connected(CURL* easy);

/// What the result of a transfer that failed means.
wire_fault fault_of(CURLcode code);

/// Keeps the connections of one easy handle to the addresses that its rules allow. The check is
/// made on the resolved address when the socket is opened, so no name can resolve to something
/// else between check and use, and again before a request goes over a connection that is reused:
/// another channel with other rules may have opened it.
class address_guard {
public:
  /// Sets itself up on `easy`, which must not outlive the guard.
  void attach(CURL* easy);

  /// Forgets the last transfer; the next one keeps to `rules`.
  void begin(address_rules rules);

  /// Whether the rules allowed none of the addresses that the last transfer could go to.
  bool refused() const { return refused_; }

  /// Whether the last transfer opened a new connection.
  bool opened() const { return opened_; }

  /// Whether the last transfer came to the point where its request is sent.
  bool ready() const { return ready_; }

  /// Whether the last transfer came to use a connection from before.
  bool reused() const { return ready_ && !opened_; }

private:
  static curl_socket_t open(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int before_request(void* self, char* remote, char* local, int remote_port, int local_port);

  address_rules rules_ = address_rules::any();
  bool refused_ = false;
  bool opened_ = false;
  bool ready_ = false;
};

} // namespace tocsin::channels
