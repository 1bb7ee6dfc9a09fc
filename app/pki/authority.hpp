#pragma once

#include "messages/failure.hpp"
#include "messages/timestamp.hpp"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::pki {

struct key_deleter {
  void operator()(EVP_PKEY* x) const { EVP_PKEY_free(x); }
};

struct certificate_deleter {
  void operator()(X509* x) const { X509_free(x); }
};

using key_ptr = std::unique_ptr<EVP_PKEY, key_deleter>;
using certificate_ptr = std::unique_ptr<X509, certificate_deleter>;

/// Whose a certificate is. A panel's serves as a client only; a node's serves as both, as nodes
/// call each other.
enum class holder : uint8_t { panel, node };

/// What a new certificate is to say.
struct issue_request {
  holder kind = holder::panel;
  /// Letters, digits, `.`, `-` and `_`.
  std::string name;
  /// DNS names and numeric addresses under which a node is dialled.
  std::vector<std::string> hosts;
  /// How long it is good; counted from an hour before now, for clocks that are behind.
  std::chrono::seconds term = std::chrono::hours{24 * 365};
};

/// A certificate and its key, as files.
struct issued_files {
  std::filesystem::path certificate;
  std::filesystem::path key;
  /// The subject alternative name to list in `gate.panels` or `gate.nodes`.
  std::string name;
  timestamp expires_at{};
  /// The certificate's, which may be listed there in place of the name.
  std::string fingerprint;
};

/// A certificate authority in a directory: `ca.crt`, `ca.key` (mode 0600) and `revoked.pem`, the
/// list of what was taken back. Keys are P-256. Files are replaced whole, so that a service that
/// reads them meanwhile sees the old or the new one. One process at a time.
class authority {
public:
  /// Makes a new authority; the directory is made with mode 0700 if it is missing.
  /// Errors: already_exists (there is one), storage_io.
  static expected<authority> init(const std::filesystem::path& directory);

  /// Errors: not_found (no authority there), bad_key (it cannot be read).
  static expected<authority> open(const std::filesystem::path& directory);

  /// Makes a certificate: `panel-NAME.crt` and `panel-NAME.key` or likewise for a node.
  /// Errors: invalid_argument (the name, a host), already_exists (the files), storage_io.
  expected<issued_files> issue(const issue_request& x) const;

  /// Puts the certificate in this file on the list of the revoked. Doing so again changes nothing.
  /// Errors: bad_key (it cannot be read, or is of another authority), storage_io.
  expected<void> revoke(const std::filesystem::path& certificate) const;

  std::filesystem::path certificate_path() const { return directory_ / "ca.crt"; }
  std::filesystem::path revoked_path() const { return directory_ / "revoked.pem"; }

private:
  explicit authority(std::filesystem::path directory) : directory_(std::move(directory)) {}

  expected<void> write_revoked(X509_CRL* list) const;

  std::filesystem::path directory_;
  key_ptr key_;
  certificate_ptr certificate_;
};

} // namespace tocsin::pki
