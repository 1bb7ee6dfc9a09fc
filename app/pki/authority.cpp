#include "app/pki/authority.hpp"

#include "app/pki/pem_file.hpp"
#include "link/certificate.hpp"

#include <fmt/format.h>
#include <openssl/bn.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <arpa/inet.h>
#include <cctype>

namespace tocsin::pki {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours ca_term{24 * 3650};
constexpr std::chrono::seconds clock_slack = std::chrono::hours{1};
constexpr long x509_v3 = 2;
constexpr long crl_v2 = 1;
/// RFC 5280, 4.1.2.2: at most 20 octets, and never negative.
constexpr int serial_bits = 127;

struct crl_deleter {
  void operator()(X509_CRL* x) const { X509_CRL_free(x); }
};

using crl_ptr = std::unique_ptr<X509_CRL, crl_deleter>;

failure openssl_failure(std::string_view what) {
  return fail(errc::internal_error, fmt::format("OpenSSL cannot {}", what));
}

bool set_random_serial(X509* x) {
  std::unique_ptr<BIGNUM, void (*)(BIGNUM*)> number{BN_new(), BN_free};
  return number && BN_rand(number.get(), serial_bits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1
         && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(x)) != nullptr;
}

bool add_extension(X509* x, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, x, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, void (*)(X509_EXTENSION*)> made{
    X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), X509_EXTENSION_free};
  return made && X509_add_ext(x, made.get(), -1) == 1;
}

/// A certificate without extensions or signature; null where OpenSSL cannot make one.
certificate_ptr make_certificate(EVP_PKEY* key, const std::string& name,
                                 std::chrono::seconds term) {
  certificate_ptr result{X509_new()};
  auto* x = result.get();
  auto good
    = x != nullptr && X509_set_version(x, x509_v3) == 1 && set_random_serial(x)
      && X509_gmtime_adj(X509_getm_notBefore(x), -static_cast<long>(clock_slack.count())) != nullptr
      && X509_gmtime_adj(X509_getm_notAfter(x), static_cast<long>(term.count())) != nullptr
      && X509_set_pubkey(x, key) == 1
      && X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0)
           == 1;
  return good ? std::move(result) : nullptr;
}

bool is_plain(std::string_view text, std::string_view marks) {
  return !text.empty() && text.size() <= 64
         && std::all_of(text.begin(), text.end(), [marks](unsigned char c) {
              return std::isalnum(c) || marks.find(static_cast<char>(c)) != marks.npos;
            });
}

bool is_address(const std::string& text) {
  in6_addr scratch{};
  return inet_pton(AF_INET, text.c_str(), &scratch) == 1
         || inet_pton(AF_INET6, text.c_str(), &scratch) == 1;
}

std::string kind_name(holder x) {
  return x == holder::panel ? "panel" : "node";
}

expected<void> check_request(const issue_request& x) {
  if (!is_plain(x.name, "._-"))
    return fail(errc::invalid_argument,
                fmt::format("'{}' is not a name: 1 to 64 letters, digits, '.', '-', '_'", x.name));
  for (auto& host : x.hosts)
    if (!is_address(host) && !is_plain(host, ".-"))
      return fail(errc::invalid_argument,
                  fmt::format("'{}' is neither a DNS name nor an address", host));
  return {};
}

std::string alternative_names(const issue_request& x, const std::string& uri) {
  auto result = "URI:" + uri;
  for (auto& host : x.hosts)
    result += fmt::format(",{}:{}", is_address(host) ? "IP" : "DNS", host);
  return result;
}

expected<void> write_key(const fs::path& path, EVP_PKEY* key) {
  return write_pem(path, 0600, [key](BIO* out) {
    return PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1;
  });
}

expected<void> write_certificate(const fs::path& path, X509* x) {
  return write_pem(path, 0644, [x](BIO* out) { return PEM_write_bio_X509(out, x) == 1; });
}

} // namespace

expected<authority> authority::init(const fs::path& directory) {
  authority result{directory};
  std::error_code ec;
  if (fs::create_directories(directory, ec))
    fs::permissions(directory, fs::perms::owner_all, ec);
  if (ec)
    return fail(errc::storage_io,
                fmt::format("cannot make {}: {}", directory.string(), ec.message()));
  auto key_path = directory / "ca.key";
  // What cannot be looked at is found out when it is written.
  if (fs::exists(key_path, ec) || fs::exists(result.certificate_path(), ec))
    return fail(errc::already_exists,
                fmt::format("there is already an authority in {}", directory.string()));
  result.key_.reset(EVP_EC_gen("P-256"));
  if (!result.key_)
    return openssl_failure("make a key");
  result.certificate_ = make_certificate(result.key_.get(), "Tocsin authority", ca_term);
  if (!result.certificate_)
    return openssl_failure("make the authority's certificate");
  auto* x = result.certificate_.get();
  X509_set_issuer_name(x, X509_get_subject_name(x));
  auto good = add_extension(x, x, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
              && add_extension(x, x, NID_key_usage, "critical,keyCertSign,cRLSign")
              && add_extension(x, x, NID_subject_key_identifier, "hash")
              && X509_sign(x, result.key_.get(), EVP_sha256()) > 0;
  if (!good)
    return openssl_failure("make the authority's certificate");
  if (auto written = write_key(key_path, result.key_.get()); !written)
    return written.error();
  crl_ptr list{X509_CRL_new()};
  X509_CRL_set_version(list.get(), crl_v2);
  if (auto written = result.write_revoked(list.get()); !written)
    return written.error();
  if (auto written = write_certificate(result.certificate_path(), x); !written)
    return written.error();
  return result;
}

expected<authority> authority::open(const fs::path& directory) {
  authority result{directory};
  auto certificate = read_pem(result.certificate_path());
  auto key = read_pem(directory / "ca.key");
  if (!certificate || !key)
    return fail(errc::not_found,
                fmt::format("there is no authority in {}; 'tocsin pki init' creates "
                            "one",
                            directory.string()));
  result.certificate_.reset(PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr));
  result.key_.reset(PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr));
  if (!result.certificate_ || !result.key_
      || X509_check_private_key(result.certificate_.get(), result.key_.get()) != 1)
    return fail(errc::bad_key,
                fmt::format("the authority in {} cannot be read", directory.string()));
  return result;
}

expected<issued_files> authority::issue(const issue_request& request) const {
  if (auto good = check_request(request); !good)
    return good.error();
  auto kind = kind_name(request.kind);
  auto stem = directory_ / fmt::format("{}-{}", kind, request.name);
  issued_files result{stem.string() + ".crt",
                      stem.string() + ".key",
                      fmt::format("tocsin://{}/{}", kind, request.name),
                      {},
                      {}};
  std::error_code ignored;
  if (fs::exists(result.certificate, ignored) || fs::exists(result.key, ignored))
    return fail(errc::already_exists, fmt::format("{} already exists; move it away or choose "
                                                  "another name",
                                                  result.certificate.string()));
  key_ptr key{EVP_EC_gen("P-256")};
  if (!key)
    return openssl_failure("make a key");
  auto made = make_certificate(key.get(), request.name, request.term);
  if (!made)
    return openssl_failure("make the certificate");
  auto* x = made.get();
  auto* issuer = certificate_.get();
  X509_set_issuer_name(x, X509_get_subject_name(issuer));
  auto purpose = request.kind == holder::panel ? "clientAuth" : "serverAuth,clientAuth";
  auto good
    = add_extension(x, issuer, NID_basic_constraints, "critical,CA:FALSE")
      && add_extension(x, issuer, NID_key_usage, "critical,digitalSignature")
      && add_extension(x, issuer, NID_ext_key_usage, purpose)
      && add_extension(x, issuer, NID_authority_key_identifier, "keyid")
      && add_extension(x, issuer, NID_subject_alt_name, alternative_names(request, result.name))
      && X509_sign(x, key_.get(), EVP_sha256()) > 0;
  if (!good)
    return openssl_failure("sign the certificate");
  X509_up_ref(x);
  auto signed_one = link::read_certificate(link::x509_ptr{x});
  result.expires_at = signed_one.expires_at;
  result.fingerprint = signed_one.fingerprint;
  if (auto written = write_key(result.key, key.get()); !written)
    return written.error();
  if (auto written = write_certificate(result.certificate, x); !written)
    return written.error();
  return result;
}

expected<void> authority::revoke(const fs::path& path) const {
  auto file = read_pem(path);
  certificate_ptr x{file ? PEM_read_bio_X509(file.get(), nullptr, nullptr, nullptr) : nullptr};
  if (!x)
    return fail(errc::bad_key, fmt::format("there is no certificate in {}", path.string()));
  if (X509_verify(x.get(), X509_get0_pubkey(certificate_.get())) != 1)
    return fail(errc::bad_key, fmt::format("{} was not issued by this authority", path.string()));
  // Its entry would lock out every holder, and nothing takes an entry out again.
  if (X509_cmp(x.get(), certificate_.get()) == 0)
    return fail(errc::invalid_argument,
                fmt::format("{} is the authority's own certificate; to stop trusting all that it "
                            "has issued, create another authority",
                            path.string()));
  auto before = read_pem(revoked_path());
  crl_ptr list{before ? PEM_read_bio_X509_CRL(before.get(), nullptr, nullptr, nullptr) : nullptr};
  if (!list)
    return fail(errc::bad_key, fmt::format("{} cannot be read", revoked_path().string()));
  X509_REVOKED* found = nullptr;
  if (X509_CRL_get0_by_serial(list.get(), &found, X509_get_serialNumber(x.get())) != 0)
    return {};
  std::unique_ptr<X509_REVOKED, void (*)(X509_REVOKED*)> entry{X509_REVOKED_new(),
                                                               X509_REVOKED_free};
  std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> now{X509_gmtime_adj(nullptr, 0), ASN1_TIME_free};
  X509_REVOKED_set_serialNumber(entry.get(), X509_get_serialNumber(x.get()));
  X509_REVOKED_set_revocationDate(entry.get(), now.get());
  if (X509_CRL_add0_revoked(list.get(), entry.get()) != 1)
    return openssl_failure("add to the revocation list");
  // It belongs to the list now.
  static_cast<void>(entry.release());
  return write_revoked(list.get());
}

/// Signs the list, which is good as long as the authority, and writes it.
expected<void> authority::write_revoked(X509_CRL* list) const {
  std::unique_ptr<ASN1_TIME, void (*)(ASN1_TIME*)> now{
    X509_gmtime_adj(nullptr, -static_cast<long>(clock_slack.count())), ASN1_TIME_free};
  X509_CRL_set_issuer_name(list, X509_get_subject_name(certificate_.get()));
  X509_CRL_set1_lastUpdate(list, now.get());
  X509_CRL_set1_nextUpdate(list, X509_get0_notAfter(certificate_.get()));
  X509_CRL_sort(list);
  if (X509_CRL_sign(list, key_.get(), EVP_sha256()) <= 0)
    return openssl_failure("sign the revocation list");
  return write_pem(revoked_path(), 0644,
                   [list](BIO* out) { return PEM_write_bio_X509_CRL(out, list) == 1; });
}

} // namespace tocsin::pki
