#pragma once

#include "messages/failure.hpp"

#include <cstdint>
#include <string>

namespace tocsin::storage {

/// Checks that the stored `revision` is the one that somebody changed.
/// Errors: revision_mismatch.
inline expected<void> check_revision(const std::string& what, uint64_t revision,
                                     uint64_t expected_revision) {
  if (revision == expected_revision)
    return {};
  return fail(errc::revision_mismatch, what + " has revision " + std::to_string(revision) + ", not "
                                         + std::to_string(expected_revision));
}

} // namespace tocsin::storage
