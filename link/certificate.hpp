#pragma once

#include "messages/timestamp.hpp"

#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tocsin::link {

struct x509_deleter {
  void operator()(X509* x) const { X509_free(x); }
};

using x509_ptr = std::unique_ptr<X509, x509_deleter>;

struct x509_chain_deleter {
  void operator()(STACK_OF(X509) * x) const { sk_X509_pop_free(x, X509_free); }
};

using x509_chain_ptr = std::unique_ptr<STACK_OF(X509), x509_chain_deleter>;

/// What a fingerprint begins with.
inline constexpr std::string_view fingerprint_scheme = "sha256:";

/// What a certificate says about whose it is.
struct certificate {
  /// The subject alternative names, DNS names and URIs, as they stand there.
  std::vector<std::string> names;
  /// SHA-256 over its DER form: `sha256:` and 64 lower-case hexadecimal digits.
  std::string fingerprint;
  /// The subject's common name, which proves nothing; empty where there is none.
  std::string common_name;
  timestamp expires_at{};
  std::shared_ptr<X509> handle;
  /// Those that its owner has shown with it, which may lead from it to the authority; may be null.
  std::shared_ptr<STACK_OF(X509)> chain;

  /// What to call its owner: the first name, else the common name, else the fingerprint.
  const std::string& label() const {
    if (!names.empty())
      return names.front();
    return common_name.empty() ? fingerprint : common_name;
  }
};

/// Reads `x`, which is taken over with the chain it came with.
certificate read_certificate(x509_ptr x, x509_chain_ptr chain = nullptr);

/// Whether `entry`, which is a fingerprint or a name, is that of `x`. Names are compared whole and
/// without regard to the case of ASCII letters.
bool is_named(const certificate& x, std::string_view entry);

} // namespace tocsin::link
