#pragma once

#include "link/credentials.hpp"
#include "messages/file_mark.hpp"
#include "messages/protocol/stats.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace tocsin::gate {

/// Keeps the certificates as the files have them. A set of files that cannot be read, as in the
/// middle of being replaced, leaves what was read before in use.
class certificate_watch {
public:
  explicit certificate_watch(link::credential_files files) : files_(std::move(files)) {}

  /// Reads the files. Errors: bad_key.
  expected<link::tls_context> load();

  /// Reads the files where one of them has changed since the last look; nothing if none has.
  std::optional<expected<link::tls_context>> look();

  /// The node's own certificate and those of the authorities, as they are in use.
  std::vector<certificate_stats> certificates() const;

  /// What is wrong with a peer's certificate by now: expired, revoked, another authority. Empty if
  /// nothing is.
  std::string find_fault(const link::certificate& x) const;

private:
  using marks = std::array<file_mark, 4>;

  marks read_marks() const;

  link::credential_files files_;
  marks seen_{};
  link::tls_context current_;
};

/// What the stats say of a certificate.
certificate_stats describe(const link::certificate& x, std::string role);

} // namespace tocsin::gate
