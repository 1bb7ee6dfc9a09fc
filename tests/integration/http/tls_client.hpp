#pragma once

#include "tests/integration/http/raw_client.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace tocsin::http {

/// What a TLS client offers and trusts.
struct tls_offer {
  /// PEM; empty: any certificate will do.
  std::string authority;
  int highest_version = TLS1_3_VERSION;
  /// For TLS 1.2 and below; empty: OpenSSL's.
  const char* ciphers = "";
  /// As ALPN has them on the wire, each with its length before it.
  std::string protocols;
};

/// A `raw_client` under TLS, with OpenSSL's own client.
class tls_client final : public raw_client {
public:
  explicit tls_client(uint16_t port, const tls_offer& offer = {});
  ~tls_client() override;

  /// Whether the handshake went well, the certificate being one that the client trusts.
  bool is_open() const { return is_open_; }

  /// `TLSv1.3`
  std::string version() const { return SSL_get_version(session_.get()); }

  /// The protocol that ALPN agreed on.
  std::string protocol() const;

  /// The serial number of the server's certificate.
  std::string serial() const;

protected:
  ssize_t transmit(const char* bytes, size_t size) override;
  ssize_t receive(char* bytes, size_t size) override;

private:
  template <auto Free>
  struct freed_by {
    template <class T>
    void operator()(T* pointer) const {
      Free(pointer);
    }
  };

  std::unique_ptr<SSL_CTX, freed_by<SSL_CTX_free>> context_;
  std::unique_ptr<SSL, freed_by<SSL_free>> session_;
  bool is_open_ = false;
};

} // namespace tocsin::http
