#include "storage/files/journal.hpp"

// The library is compiled in.
#define XXH_INLINE_ALL
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>
#include <utility>
#include <xxhash.h>

namespace tocsin::storage {

namespace fs = std::filesystem;

namespace {

constexpr auto file_bytes = journal::file_bytes;

/// What stands before the changes of an entry: a checksum over all that follows it, the commit that
/// they belong to, and their size.
class entry_head {
public:
  static constexpr size_t size = 2 * sizeof(uint64_t) + sizeof(uint32_t);

  entry_head() = default;

  entry_head(uint64_t commit, byte_view changes) {
    store_big_endian(bytes_.data() + 8, commit);
    store_big_endian(bytes_.data() + 16, static_cast<uint32_t>(changes.size()));
    store_big_endian(bytes_.data(), checksum_with(changes));
  }

  char* data() { return bytes_.data(); }
  uint64_t commit() const { return load_big_endian<uint64_t>(bytes_.data() + 8); }
  uint32_t change_bytes() const { return load_big_endian<uint32_t>(bytes_.data() + 16); }

  bool is_of(byte_view changes) const {
    return load_big_endian<uint64_t>(bytes_.data()) == checksum_with(changes);
  }

private:
  uint64_t checksum_with(byte_view changes) const {
    auto seed = XXH3_64bits(bytes_.data() + 8, size - 8);
    return XXH3_64bits_withSeed(changes.data(), changes.size(), seed);
  }

  std::array<char, size> bytes_{};
};

bool write_all(int fd, byte_view bytes, uint64_t offset) {
  while (!bytes.empty()) {
    auto written = pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return false;
    bytes.remove_prefix(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return true;
}

/// Makes all bytes of a file that has too few. They are written, not only reserved: a flush would
/// otherwise have to note for each part that it holds something now.
expected<void> fill(int fd, const fs::path& path) {
  struct stat info {};
  if (fstat(fd, &info) != 0)
    return io_failure("cannot look at", path);
  if (static_cast<size_t>(info.st_size) >= file_bytes)
    return {};
  // What it holds of the last changes stays.
  auto begin = static_cast<size_t>(info.st_size);
  if (!write_all(fd, std::string(file_bytes - begin, '\0'), begin))
    return io_failure("cannot make room in", path);
  if (fsync(fd) != 0)
    return io_failure("cannot flush", path);
  return {};
}

/// Reads up to `size` bytes; fewer only at the end of the file.
expected<std::string> read_at(int fd, const fs::path& path, uint64_t offset, size_t size) {
  std::string result(size, '\0');
  auto got = pread(fd, result.data(), size, static_cast<off_t>(offset));
  if (got < 0)
    return io_failure("cannot read", path);
  result.resize(static_cast<size_t>(got));
  return result;
}

/// The changes of the entry at `offset`; nothing where no whole one for `commit` stands.
expected<std::optional<std::string>> read_entry(int fd, const fs::path& path, uint64_t offset,
                                                uint64_t commit) {
  std::optional<std::string> nothing;
  auto front = read_at(fd, path, offset, entry_head::size);
  if (!front)
    return front.error();
  if (front->size() < entry_head::size)
    return nothing;
  entry_head head;
  front->copy(head.data(), entry_head::size);
  if (head.commit() != commit || head.change_bytes() > file_bytes)
    return nothing;
  auto changes = read_at(fd, path, offset + entry_head::size, head.change_bytes());
  if (!changes)
    return changes.error();
  if (changes->size() < head.change_bytes() || !head.is_of(*changes))
    return nothing;
  return std::optional{std::move(*changes)};
}

} // namespace

expected<journal> journal::open(const fs::path& directory) {
  auto path = directory / journal::file_name;
  descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!file)
    return io_failure("cannot open", path);
  auto filled = fill(file.get(), path);
  if (!filled && filled.error().code != errc::storage_full)
    return filled.error();
  return journal{std::move(file), std::move(path), static_cast<bool>(filled)};
}

journal::journal(journal&& other) noexcept
  : file_(std::move(other.file_)),
    path_(std::move(other.path_)),
    is_whole_(other.is_whole_),
    end_(other.end_),
    appended_(other.appended()) {}

bool journal::has_room(size_t bytes) {
  if (!is_whole_ && fill(file_.get(), path_))
    is_whole_ = true;
  return is_whole_ && end_ && *end_ + entry_head::size + bytes <= file_bytes;
}

expected<void> journal::append(uint64_t commit, byte_view changes) {
  if (auto written = write(commit, changes); !written) {
    // It may stand there whole, and the next start would count it. A disk that does not take this
    // either has most likely not taken the entry.
    constexpr std::array<char, entry_head::size> no_head{};
    static_cast<void>(write_all(file_.get(), {no_head.data(), no_head.size()}, *end_));
    return written;
  }
  *end_ += entry_head::size + changes.size();
  ++appended_;
  return {};
}

/// Writes an entry behind the others and flushes it.
expected<void> journal::write(uint64_t commit, byte_view changes) {
  entry_head head{commit, changes};
  std::array<iovec, 2> parts{
    {{head.data(), entry_head::size}, {const_cast<char*>(changes.data()), changes.size()}}};
  auto size = entry_head::size + changes.size();
  auto written = pwritev(file_.get(), parts.data(), parts.size(), static_cast<off_t>(*end_));
  if (written < 0)
    return io_failure("cannot write", path_);
  // The file has all its bytes, so that a write is cut short only by a disk that fails.
  if (static_cast<size_t>(written) < size)
    return fail(errc::storage_io, "cannot write all of an entry to " + path_.string());
  if (fdatasync(file_.get()) != 0)
    return io_failure("cannot flush", path_);
  return {};
}

expected<std::string> journal::read(uint64_t commit) {
  std::string result;
  uint64_t at = 0;
  while (at < end_.value_or(file_bytes)) {
    auto changes = read_entry(file_.get(), path_, at, commit);
    if (!changes)
      return changes.error();
    if (!*changes)
      break;
    at += entry_head::size + (*changes)->size();
    result += **changes;
  }
  if (end_ && at != *end_)
    return fail(errc::storage_corrupt, path_.string() + " does not hold any more what it took");
  end_ = at;
  return result;
}

expected<bool> has_journal_for(const fs::path& directory, uint64_t commit) {
  auto path = directory / journal::file_name;
  descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file && (errno == ENOENT || errno == ENOTDIR))
    return false;
  if (!file)
    return io_failure("cannot open", path);
  auto first = read_entry(file.get(), path, 0, commit);
  if (!first)
    return first.error();
  return first->has_value();
}

} // namespace tocsin::storage
