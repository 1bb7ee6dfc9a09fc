#include "link/credentials.hpp"

#include "link/frame.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace tocsin::link {

namespace {

using ssl_context = boost::asio::ssl::context;

/// The protocol's name as ALPN writes it: a byte with its length before it.
std::string alpn_list() {
  return static_cast<char>(protocol_name.size()) + std::string{protocol_name};
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
  static const auto ours = alpn_list();
  auto* text = reinterpret_cast<const unsigned char*>(ours.data());
  auto found = SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, text,
                                     static_cast<unsigned>(ours.size()), in, in_size);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

/// A key with a passphrase is refused: nobody is there to be asked.
int refuse_passphrase(char*, int, int, void*) {
  return -1;
}

/// Sees to it that each authority comes with its list: without one, all that it has signed, be it
/// another authority, would be refused at the handshake.
expected<void> check_lists(X509_STORE* store, const std::filesystem::path& file) {
  auto* all = X509_STORE_get0_objects(store);
  auto has_list = [all](X509_NAME* issuer) {
    for (int i = 0; i < sk_X509_OBJECT_num(all); ++i) {
      auto* list = X509_OBJECT_get0_X509_CRL(sk_X509_OBJECT_value(all, i));
      if (list != nullptr && X509_NAME_cmp(X509_CRL_get_issuer(list), issuer) == 0)
        return true;
    }
    return false;
  };
  for (int i = 0; i < sk_X509_OBJECT_num(all); ++i) {
    auto* authority = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));
    if (authority == nullptr || has_list(X509_get_subject_name(authority)))
      continue;
    X509_up_ref(authority);
    return fail(errc::bad_key, fmt::format("{} has no list of the authority '{}'", file.string(),
                                           read_certificate(x509_ptr{authority}).label()));
  }
  return {};
}

expected<void> check(bool good, const std::filesystem::path& file, std::string_view what) {
  if (good)
    return {};
  return fail(errc::bad_key,
              fmt::format("cannot read {} from {}: {}", what, file.string(), last_tls_error()));
}

expected<void> read_files(SSL_CTX* x, const credential_files& files) {
  auto* store = SSL_CTX_get_cert_store(x);
  auto* authority = files.authority.c_str();
  if (auto ok = check(SSL_CTX_load_verify_file(x, authority) == 1, authority, "an authority"); !ok)
    return ok;
  if (!files.revoked.empty()) {
    auto* lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
    auto read = lookup && X509_load_crl_file(lookup, files.revoked.c_str(), X509_FILETYPE_PEM) > 0;
    if (auto ok = check(read, files.revoked, "the list of revoked certificates"); !ok)
      return ok;
    if (auto complete = check_lists(store, files.revoked); !complete)
      return complete;
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
  }
  auto* own = files.certificate.c_str();
  if (auto ok = check(SSL_CTX_use_certificate_chain_file(x, own) == 1, own, "a certificate"); !ok)
    return ok;
  auto* key = files.key.c_str();
  return check(SSL_CTX_use_PrivateKey_file(x, key, SSL_FILETYPE_PEM) == 1
                 && SSL_CTX_check_private_key(x) == 1,
               key, "the certificate's key");
}

} // namespace

std::string last_tls_error() {
  std::string result;
  while (auto code = ERR_get_error()) {
    auto* reason = ERR_reason_error_string(code);
    result = reason != nullptr ? reason : fmt::format("error {:#x}", code);
  }
  return result.empty() ? "no reason given" : result;
}

expected<tls_context> load_credentials(const credential_files& files, link_end end) {
  auto is_node = end == link_end::node;
  auto result = std::make_shared<ssl_context>(is_node ? ssl_context::tlsv13_server
                                                      : ssl_context::tlsv13_client);
  auto* x = result->native_handle();
  ERR_clear_error();
  SSL_CTX_set_min_proto_version(x, TLS1_3_VERSION);
  SSL_CTX_set_session_cache_mode(x, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(x, 0);
  SSL_CTX_set_default_passwd_cb(x, refuse_passphrase);
  SSL_CTX_set_verify(x, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  auto protocols = alpn_list();
  if (is_node)
    SSL_CTX_set_alpn_select_cb(x, select_protocol, nullptr);
  else
    SSL_CTX_set_alpn_protos(x, reinterpret_cast<const unsigned char*>(protocols.data()),
                            static_cast<unsigned>(protocols.size()));
  if (auto read = read_files(x, files); !read)
    return read.error();
  return result;
}

certificate own_certificate(ssl_context& context) {
  auto* x = SSL_CTX_get0_certificate(context.native_handle());
  X509_up_ref(x);
  return read_certificate(x509_ptr{x});
}

std::vector<certificate> authorities(ssl_context& context) {
  std::vector<certificate> result;
  auto* all = X509_STORE_get0_objects(SSL_CTX_get_cert_store(context.native_handle()));
  for (int i = 0; i < sk_X509_OBJECT_num(all); ++i) {
    auto* x = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(all, i));
    if (x == nullptr)
      continue;
    X509_up_ref(x);
    result.push_back(read_certificate(x509_ptr{x}));
  }
  return result;
}

std::string find_fault(const certificate& x, ssl_context& context) {
  std::unique_ptr<X509_STORE_CTX, void (*)(X509_STORE_CTX*)> check{X509_STORE_CTX_new(),
                                                                   X509_STORE_CTX_free};
  auto* store = SSL_CTX_get_cert_store(context.native_handle());
  if (!check || X509_STORE_CTX_init(check.get(), store, x.handle.get(), x.chain.get()) != 1)
    return last_tls_error();
  if (X509_verify_cert(check.get()) == 1)
    return {};
  return X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get()));
}

} // namespace tocsin::link
