#include "app/pki/pem_file.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace tocsin::pki {

namespace {

failure system_failure(const std::filesystem::path& path) {
  return fail(errc::storage_io, fmt::format("cannot write {}: {}", path.string(),
                                            std::generic_category().message(errno)));
}

bool write_all(int file, const char* data, size_t size) {
  while (size > 0) {
    auto written = ::write(file, data, size);
    if (written < 0)
      return false;
    data += written;
    size -= static_cast<size_t>(written);
  }
  return ::fsync(file) == 0;
}

} // namespace

expected<void> write_pem(const std::filesystem::path& path, unsigned mode,
                         const std::function<bool(BIO*)>& fill) {
  bio_ptr text{BIO_new(BIO_s_mem())};
  if (!text || !fill(text.get()))
    return fail(errc::storage_io, fmt::format("OpenSSL cannot write {}", path.string()));
  char* data = nullptr;
  auto size = BIO_get_mem_data(text.get(), &data);
  auto scratch = path.string() + ".new";
  ::unlink(scratch.c_str());
  auto file = ::open(scratch.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0)
    return system_failure(path);
  auto written = write_all(file, data, static_cast<size_t>(size));
  auto fault = written ? expected<void>{} : expected<void>{system_failure(path)};
  ::close(file);
  if (!fault)
    return fault;
  if (::rename(scratch.c_str(), path.c_str()) != 0)
    return system_failure(path);
  return {};
}

bio_ptr read_pem(const std::filesystem::path& path) {
  return bio_ptr{BIO_new_file(path.c_str(), "r")};
}

} // namespace tocsin::pki
