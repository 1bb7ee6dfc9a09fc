#pragma once

#include "messages/failure.hpp"

#include <openssl/bio.h>

#include <filesystem>
#include <functional>
#include <memory>

namespace tocsin::pki {

struct bio_deleter {
  void operator()(BIO* x) const { BIO_free_all(x); }
};

using bio_ptr = std::unique_ptr<BIO, bio_deleter>;

/// Writes what `fill` puts out into a file of this mode, which appears as a whole, synced, in place
/// of what was there. Errors: storage_io, with the system's words.
expected<void> write_pem(const std::filesystem::path& path, unsigned mode,
                         const std::function<bool(BIO*)>& fill);

/// Opens a file for reading; null if that is not possible.
bio_ptr read_pem(const std::filesystem::path& path);

} // namespace tocsin::pki
