#include "link/certificate.hpp"

#include "messages/hex.hpp"

#include <boost/algorithm/string/predicate.hpp>
#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <span>

namespace tocsin::link {

namespace {

struct names_deleter {
  void operator()(GENERAL_NAMES* x) const { GENERAL_NAMES_free(x); }
};

std::vector<std::string> read_names(X509* x) {
  std::vector<std::string> result;
  std::unique_ptr<GENERAL_NAMES, names_deleter> names{
    static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(x, NID_subject_alt_name, nullptr, nullptr))};
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    auto* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_URI)
      continue;
    auto* text = name->d.ia5;
    std::string value{reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<size_t>(ASN1_STRING_length(text))};
    // A zero byte within would make two names of one.
    if (value.find('\0') == value.npos)
      result.push_back(std::move(value));
  }
  return result;
}

std::string fingerprint_of(const X509* x) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(x, EVP_sha256(), digest.data(), &size);
  return std::string{fingerprint_scheme} + to_hex(std::span{digest}.first(size));
}

std::string read_common_name(const X509* x) {
  std::array<char, 256> text{};
  auto size = X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, text.data(),
                                        static_cast<int>(text.size()));
  return size > 0 ? std::string{text.data(), static_cast<size_t>(size)} : std::string{};
}

timestamp time_of(const ASN1_TIME* x) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(x, &parts) != 1)
    return {};
  return timestamp{std::chrono::seconds{::timegm(&parts)}};
}

} // namespace

certificate read_certificate(x509_ptr x, x509_chain_ptr chain) {
  certificate result;
  result.names = read_names(x.get());
  result.fingerprint = fingerprint_of(x.get());
  result.common_name = read_common_name(x.get());
  result.expires_at = time_of(X509_get0_notAfter(x.get()));
  result.handle = std::move(x);
  result.chain = std::move(chain);
  return result;
}

bool is_named(const certificate& x, std::string_view entry) {
  auto equals = [entry](const std::string& name) { return boost::algorithm::iequals(name, entry); };
  // Whoever makes certificates may write any text into one as a name, a fingerprint too.
  if (boost::algorithm::istarts_with(entry, fingerprint_scheme))
    return equals(x.fingerprint);
  return std::any_of(x.names.begin(), x.names.end(), equals);
}

} // namespace tocsin::link
