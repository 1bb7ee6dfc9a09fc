#include "tests/integration/http/tls_client.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace tocsin::http {

tls_client::tls_client(uint16_t port, const tls_offer& offer)
  : raw_client(port), context_(SSL_CTX_new(TLS_client_method())) {
  // The server is to say no, not this side.
  SSL_CTX_set_security_level(context_.get(), 0);
  SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(context_.get(), offer.highest_version);
  if (*offer.ciphers)
    SSL_CTX_set_cipher_list(context_.get(), offer.ciphers);
  if (!offer.authority.empty()) {
    std::unique_ptr<BIO, freed_by<BIO_free_all>> text{
      BIO_new_mem_buf(offer.authority.data(), static_cast<int>(offer.authority.size()))};
    std::unique_ptr<X509, freed_by<X509_free>> authority{
      PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr)};
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), authority.get());
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
  }
  session_.reset(SSL_new(context_.get()));
  SSL_set1_host(session_.get(), "localhost");
  if (!offer.protocols.empty())
    SSL_set_alpn_protos(session_.get(),
                        reinterpret_cast<const unsigned char*>(offer.protocols.data()),
                        static_cast<unsigned>(offer.protocols.size()));
  SSL_set_fd(session_.get(), socket_);
  is_open_ = SSL_connect(session_.get()) == 1;
}

tls_client::~tls_client() {
  if (is_open_)
    SSL_shutdown(session_.get());
}

std::string tls_client::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(session_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string tls_client::serial() const {
  std::unique_ptr<X509, freed_by<X509_free>> shown{SSL_get1_peer_certificate(session_.get())};
  std::unique_ptr<BIGNUM, freed_by<BN_free>> number{
    ASN1_INTEGER_to_BN(X509_get0_serialNumber(shown.get()), nullptr)};
  std::unique_ptr<char, void (*)(char*)> text{BN_bn2hex(number.get()),
                                              [](char* x) { OPENSSL_free(x); }};
  return text.get();
}

ssize_t tls_client::transmit(const char* bytes, size_t size) {
  return SSL_write(session_.get(), bytes, static_cast<int>(size));
}

ssize_t tls_client::receive(char* bytes, size_t size) {
  auto got = SSL_read(session_.get(), bytes, static_cast<int>(size));
  // The end counts as one only if the server said so: anybody can cut a connection.
  if (got <= 0)
    return SSL_get_error(session_.get(), got) == SSL_ERROR_ZERO_RETURN ? 0 : -1;
  return got;
}

} // namespace tocsin::http
