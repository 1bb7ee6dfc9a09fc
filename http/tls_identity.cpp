#include "http/tls_identity.hpp"

#include <fmt/format.h>
#include <openssl/ssl.h>

#include <string_view>

namespace tocsin::http {

namespace {

namespace ssl = boost::asio::ssl;

using error_code = boost::system::error_code;

/// For TLS 1.2: forward secrecy and authenticated encryption only. Those of TLS 1.3 are all good.
constexpr const char* ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// Takes HTTP/1.1 where a client names protocols at all (RFC 7301 §3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char own[] = "\x08http/1.1";
  auto verdict = SSL_select_next_proto(const_cast<unsigned char**>(chosen), size, own,
                                       sizeof(own) - 1, offered, offered_size);
  return verdict == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A key with a passphrase is refused: nobody is there to be asked.
int refuse_passphrase(char*, int, int, void*) {
  return -1;
}

tls_context make_context() {
  auto result = std::make_shared<ssl::context>(ssl::context::tls_server);
  auto handle = result->native_handle();
  SSL_CTX_set_min_proto_version(handle, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(handle, ciphers);
  SSL_CTX_set_options(handle, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // Idle connections need no buffers.
  SSL_CTX_set_mode(handle, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(handle, choose_protocol, nullptr);
  SSL_CTX_set_default_passwd_cb(handle, refuse_passphrase);
  return result;
}

failure cannot_use(std::string_view what, const std::filesystem::path& path, const error_code& ec) {
  return fail(errc::invalid_argument,
              fmt::format("the TLS {} {} cannot be used: {}", what, path.string(), ec.message()));
}

} // namespace

expected<void> tls_identity::load() {
  // The marks come first: a file that changes after them is stale at once.
  auto certificate_mark = mark_of(certificate_);
  auto key_mark = mark_of(key_);
  auto made = make_context();
  error_code ec;
  auto result = expected<void>{};
  if (made->use_certificate_chain_file(certificate_.string(), ec); ec)
    result = cannot_use("certificate", certificate_, ec);
  // This finds a key of another certificate too.
  else if (made->use_private_key_file(key_.string(), ssl::context::pem, ec); ec)
    result = cannot_use("key", key_, ec);
  std::lock_guard guard{mutex_};
  certificate_mark_ = certificate_mark;
  key_mark_ = key_mark;
  if (result)
    current_ = std::move(made);
  return result;
}

bool tls_identity::is_stale() const {
  std::lock_guard guard{mutex_};
  return mark_of(certificate_) != certificate_mark_ || mark_of(key_) != key_mark_;
}

tls_context tls_identity::current() const {
  std::lock_guard guard{mutex_};
  return current_;
}

} // namespace tocsin::http
