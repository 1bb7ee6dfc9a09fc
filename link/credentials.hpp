#pragma once

#include "link/certificate.hpp"
#include "messages/failure.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tocsin::link {

/// The PEM files that say who one end is and whom it believes.
struct credential_files {
  /// The authority that signs the certificates of both ends.
  std::filesystem::path authority;
  /// The certificate revocation lists (CRLs) of each authority above, and of each intermediate one
  /// between it and the other end; empty: revocation is not checked.
  std::filesystem::path revoked;
  /// The end's own certificate, and the chain up to the authority if there is one.
  std::filesystem::path certificate;
  /// Without a passphrase.
  std::filesystem::path key;
};

/// Which end of a connection something is for.
enum class link_end : uint8_t { node, panel };

using tls_context = std::shared_ptr<boost::asio::ssl::context>;

/// Reads the files. What comes out speaks TLS 1.3 and nothing older, demands a certificate of the
/// other end, resumes no session (so that every handshake looks at the list of the revoked), and
/// insists on `protocol_name`.
/// Errors: bad_key, with the file and what is wrong with it.
expected<tls_context> load_credentials(const credential_files& files, link_end end);

/// The end's own certificate in `context`.
certificate own_certificate(boost::asio::ssl::context& context);

/// The authorities that `context` believes.
std::vector<certificate> authorities(boost::asio::ssl::context& context);

/// Checks a certificate that was good at its handshake again, by the lists of `context`.
/// Returns what is wrong with it now, in OpenSSL's words; empty if it is still good.
std::string find_fault(const certificate& x, boost::asio::ssl::context& context);

/// OpenSSL's words for what went wrong last on this thread; clears its list of errors.
std::string last_tls_error();

} // namespace tocsin::link
