#pragma once

#include <string>

namespace tocsin::standin {

/// A certificate and its private key, both as PEM.
struct key_pair {
  std::string certificate;
  std::string key;
};

/// Makes a self-signed P-256 certificate for `localhost`, 127.0.0.1 and ::1, valid from yesterday
/// for 30 days. Both texts are empty if OpenSSL fails.
key_pair make_certificate();

} // namespace tocsin::standin
