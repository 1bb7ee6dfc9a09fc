#include "storage/files/data_file.hpp"

#include <fmt/format.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tocsin::storage {

namespace {

/// Pages of other sizes LMDB does not make.
constexpr uint64_t min_page_bytes = 512;
constexpr uint64_t max_page_bytes = 32768;

failure file_failure(std::string_view action, const std::filesystem::path& path) {
  auto code = errno == ENOENT || errno == ENOTDIR ? errc::not_found : errc::storage_io;
  return fail(code, fmt::format("{} {}: {}", action, path.string(), std::strerror(errno)));
}

failure not_ours(const std::filesystem::path& path, std::string_view why) {
  return fail(errc::storage_corrupt,
              fmt::format("{} is not a Tocsin database: {}", path.string(), why));
}

} // namespace

expected<data_file> data_file::open(const std::filesystem::path& path) {
  descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file)
    return file_failure("cannot open", path);
  data_file result{std::move(file), path};
  struct stat info {};
  if (fstat(result.file_.get(), &info) != 0)
    return file_failure("cannot look at", path);
  if (!S_ISREG(info.st_mode))
    return not_ours(path, "it is not a file");
  if (info.st_size == 0)
    return not_ours(path, "it is empty");
  auto first = result.read_meta(0);
  if (!first)
    return first.error();
  auto page_bytes = uint64_t{first->free_pages.pad};
  if (!std::has_single_bit(page_bytes) || page_bytes < min_page_bytes
      || page_bytes > max_page_bytes)
    return not_ours(path, fmt::format("its pages are said to have {} bytes", page_bytes));
  result.page_bytes_ = page_bytes;
  if (auto last = result.last_commit(); !last)
    return last.error();
  return result;
}

expected<page_format::meta_content> data_file::last_commit() const {
  auto first = read_meta(0);
  if (!first)
    return first;
  auto second = read_meta(page_bytes_);
  if (!second)
    return second;
  return first->transaction > second->transaction ? first : second;
}

expected<std::optional<page_format::meta_content>>
data_file::find_commit(uint64_t transaction) const {
  for (auto offset : {uint64_t{0}, page_bytes_}) {
    auto meta = read_meta(offset);
    if (!meta)
      return meta.error();
    if (meta->transaction == transaction)
      return std::optional{*meta};
  }
  return std::optional<page_format::meta_content>{};
}

expected<std::string> data_file::read_pages(uint64_t first, uint64_t count) const {
  return read(first * page_bytes_, count * page_bytes_);
}

expected<uint64_t> data_file::size() const {
  struct stat info {};
  if (fstat(file_.get(), &info) != 0)
    return file_failure("cannot look at", path_);
  return static_cast<uint64_t>(info.st_size);
}

expected<page_format::meta_content> data_file::read_meta(uint64_t offset) const {
  using namespace page_format;
  auto bytes = read(offset, sizeof(page_header) + sizeof(meta_content));
  if (!bytes)
    return bytes.error();
  auto header = load<page_header>(bytes->data());
  auto result = load<meta_content>(bytes->data() + sizeof(page_header));
  if ((header.flags & meta) == 0 || result.magic != magic)
    return not_ours(path_, fmt::format("no meta page of LMDB stands at byte {}", offset));
  if (result.version != version)
    return fail(errc::storage_too_new, fmt::format("{} has the LMDB format {}, not {}",
                                                   path_.string(), result.version, version));
  return result;
}

expected<std::string> data_file::read(uint64_t offset, uint64_t size) const {
  std::string result(size, '\0');
  uint64_t done = 0;
  while (done < size) {
    auto count
      = pread(file_.get(), result.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return file_failure("cannot read", path_);
    if (count == 0)
      return fail(errc::storage_corrupt,
                  fmt::format("{} is cut off: it has {} bytes, and {} are needed", path_.string(),
                              offset + done, offset + size));
    done += static_cast<uint64_t>(count);
  }
  return result;
}

} // namespace tocsin::storage
