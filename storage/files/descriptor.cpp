#include "storage/files/descriptor.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace tocsin::storage {

namespace {

errc code_of(int error) {
  switch (error) {
  case ENOSPC:
  case EDQUOT: return errc::storage_full;
  case EEXIST: return errc::already_exists;
  default: return errc::storage_io;
  }
}

} // namespace

failure io_failure(std::string_view action, const std::filesystem::path& path) {
  auto error = errno;
  return fail(code_of(error),
              fmt::format("{} {}: {}", action, path.string(), std::strerror(error)));
}

} // namespace tocsin::storage
