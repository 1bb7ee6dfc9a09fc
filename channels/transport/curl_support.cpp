#include "channels/transport/curl_support.hpp"

#include "channels/transport/address_rules.hpp"

#include <mutex>
#include <sys/socket.h>

namespace tocsin::channels {

void initialise_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

void leave_lookups_behind(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

bool was_connected(CURL* easy) {
  char* address = nullptr;
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
  return address && *address != '\0';
}

wire_fault fault_of(CURLcode code) {
  switch (code) {
  case CURLE_OK: return wire_fault::none;
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY: return wire_fault::unresolved;
  case CURLE_COULDNT_CONNECT: return wire_fault::unreachable;
  case CURLE_OPERATION_TIMEDOUT: return wire_fault::timed_out;
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_SSL_ENGINE_NOTFOUND:
  case CURLE_SSL_ENGINE_SETFAILED:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_SHUTDOWN_FAILED:
  case CURLE_SSL_CRL_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_CLIENTCERT: return wire_fault::tls_failed;
  case CURLE_GOT_NOTHING:
  case CURLE_SEND_ERROR:
  case CURLE_RECV_ERROR:
  case CURLE_PARTIAL_FILE:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM: return wire_fault::connection_lost;
  case CURLE_USE_SSL_FAILED: return wire_fault::encryption_missing;
  case CURLE_LOGIN_DENIED: return wire_fault::auth_refused;
  default: return wire_fault::other;
  }
}

void address_guard::attach(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, &address_guard::open);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, &address_guard::before_request);
  curl_easy_setopt(easy, CURLOPT_PREREQDATA, this);
}

void address_guard::begin(address_rules rules) {
  rules_ = std::move(rules);
  refused_ = opened_ = ready_ = false;
}

curl_socket_t address_guard::open(void* self, curlsocktype, curl_sockaddr* address) {
  auto& guard = *static_cast<address_guard*>(self);
  if (!guard.rules_.allow(address->addr)) {
    guard.refused_ = !guard.opened_;
    return CURL_SOCKET_BAD;
  }
  guard.opened_ = true;
  guard.refused_ = false;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int address_guard::before_request(void* self, char* remote, char*, int, int) {
  auto& guard = *static_cast<address_guard*>(self);
  guard.ready_ = true;
  if (guard.rules_.allow(std::string_view{remote}))
    return CURL_PREREQFUNC_OK;
  guard.refused_ = true;
  return CURL_PREREQFUNC_ABORT;
}

} // namespace tocsin::channels
