#pragma once

#include "messages/failure.hpp"
#include "messages/file_mark.hpp"

#include <boost/asio/ssl/context.hpp>

#include <filesystem>
#include <memory>
#include <mutex>

namespace tocsin::http {

/// The certificate and key that the server shows, and the rules of its handshakes. Connections
/// keep what they began with when both are reloaded.
using tls_context = std::shared_ptr<boost::asio::ssl::context>;

/// Keeps the certificate and key of two PEM files at hand. All members may be called from any
/// thread.
class tls_identity {
public:
  /// `certificate` holds the server's own certificate first and then those that lead to its
  /// authority; `key` has no passphrase.
  tls_identity(std::filesystem::path certificate, std::filesystem::path key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

  /// Loads both files. What was loaded before stays if that fails.
  /// Errors: invalid_argument.
  expected<void> load();

  /// Whether one of the files is another than the last `load` found.
  bool is_stale() const;

  /// What a new connection is to use; nothing before the first `load` went well.
  tls_context current() const;

private:
  std::filesystem::path certificate_;
  std::filesystem::path key_;
  mutable std::mutex mutex_;
  tls_context current_;
  file_mark certificate_mark_{};
  file_mark key_mark_{};
};

} // namespace tocsin::http
