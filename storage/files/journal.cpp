#include "storage/files/journal.hpp"

// The library is compiled in.
#define XXH_INLINE_ALL
#include <fmt/format.h>

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
  static constexpr size_t commit_offset = sizeof(uint64_t);

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

/// The first `size` bytes; fewer where the file ends before.
expected<std::string> read_front(int fd, const fs::path& path, size_t size) {
  std::string result(size, '\0');
  size_t at = 0;
  while (at < size) {
    auto got = pread(fd, result.data() + at, size - at, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return io_failure("cannot read", path);
    if (got == 0)
      break;
    at += static_cast<size_t>(got);
  }
  result.resize(at);
  return result;
}

/// The changes of the entry at `offset`; nothing where no whole one for `commit` stands.
std::optional<byte_view> find_entry(byte_view file, size_t offset, uint64_t commit) {
  if (file.size() < offset + entry_head::size)
    return std::nullopt;
  entry_head head;
  file.copy(head.data(), entry_head::size, offset);
  auto changes = file.substr(offset + entry_head::size);
  if (head.commit() != commit || head.change_bytes() > changes.size())
    return std::nullopt;
  changes = changes.substr(0, head.change_bytes());
  return head.is_of(changes) ? std::optional{changes} : std::nullopt;
}

/// Whether a whole entry stands at `offset` for a commit that follows `commit`, which was made
/// then.
bool is_begun_anew(byte_view file, size_t offset, uint64_t commit) {
  if (file.size() < offset + entry_head::size)
    return false;
  entry_head head;
  file.copy(head.data(), entry_head::size, offset);
  return head.commit() > commit && find_entry(file, offset, head.commit());
}

/// Whether a whole entry for `commit` stands anywhere behind `offset`. The number is looked for by
/// its last byte: it begins with zeros, as most of a file does to which little was appended.
bool has_entry_behind(byte_view file, size_t offset, uint64_t commit) {
  std::array<char, sizeof(commit)> number{};
  store_big_endian(number.data(), commit);
  byte_view wanted{number.data(), number.size()};
  constexpr auto last = sizeof(commit) - 1;
  for (auto at = file.find(wanted[last], offset + entry_head::commit_offset + last);
       at != byte_view::npos; at = file.find(wanted[last], at + 1))
    if (file.substr(at - last, wanted.size()) == wanted
        && find_entry(file, at - last - entry_head::commit_offset, commit))
      return true;
  return false;
}

/// Whether a file that lacks bytes, as none does to which anything was appended, ends within the
/// entries for `commit`, the last of which ends at `offset`.
bool is_cut(byte_view file, size_t offset, uint64_t commit) {
  if (file.size() >= file_bytes)
    return false;
  auto rest = file.substr(offset);
  if (rest.size() < entry_head::size)
    return offset > 0 || rest.find_first_not_of('\0') != byte_view::npos;
  entry_head head;
  rest.copy(head.data(), entry_head::size);
  return head.commit() == commit && head.change_bytes() > rest.size() - entry_head::size;
}

/// The entries for one commit as they stand in the file.
struct found_entries {
  std::string changes;
  /// Where the last of them ends.
  size_t end = 0;
};

found_entries find_entries(byte_view file, uint64_t commit) {
  found_entries result;
  while (auto changes = find_entry(file, result.end, commit)) {
    result.changes += *changes;
    result.end += entry_head::size + changes->size();
  }
  return result;
}

/// A crash cuts off the last entry at most, as each is begun once the one before is flushed.
expected<found_entries> read_entries(int fd, const fs::path& path, uint64_t commit) {
  auto file = read_front(fd, path, file_bytes);
  if (!file)
    return file.error();
  auto result = find_entries(*file, commit);
  auto is_damaged
    = is_cut(*file, result.end, commit)
      || (!is_begun_anew(*file, 0, commit) && has_entry_behind(*file, result.end, commit));
  if (is_damaged)
    return fail(errc::storage_corrupt,
                fmt::format("{} is damaged at byte {}: acknowledged changes follow that point and "
                            "cannot be restored; without the file the storage can be opened, and "
                            "everything in the file is lost",
                            path.string(), result.end));
  return result;
}

} // namespace

expected<journal> journal::open(const fs::path& directory) {
  auto path = directory / journal::file_name;
  descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
  if (!file)
    return io_failure("cannot open", path);
  return journal{std::move(file), std::move(path)};
}

journal::journal(journal&& other) noexcept
  : file_(std::move(other.file_)),
    path_(std::move(other.path_)),
    is_whole_(other.is_whole_),
    end_(other.end_),
    fault_(std::move(other.fault_)),
    appended_(other.appended()) {}

bool journal::has_room(size_t bytes) {
  if (!is_whole_) {
    auto filled = fill(file_.get(), path_);
    is_whole_ = static_cast<bool>(filled);
    if (!filled)
      fault_ = filled.error();
  }
  return is_whole_ && end_ && *end_ + entry_head::size + bytes <= file_bytes;
}

expected<void> journal::append(uint64_t commit, byte_view changes) {
  if (auto written = write(commit, changes); !written) {
    // It may stand there whole, and the next start would count it. A disk that does not take this
    // either has most likely not taken the entry.
    constexpr std::array<char, entry_head::size> no_head{};
    static_cast<void>(write_all(file_.get(), {no_head.data(), no_head.size()}, *end_));
    fault_ = written.error();
    return written;
  }
  fault_.reset();
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
  if (!end_)
    return read_first(commit);
  auto file = read_front(file_.get(), path_, *end_);
  if (!file)
    return file.error();
  auto found = find_entries(*file, commit);
  if (found.end != *end_)
    return fail(errc::storage_corrupt, path_.string() + " does not hold any more what it took");
  return std::move(found.changes);
}

/// Bytes that the file lacks are made only now: with them it would not be seen that they were cut
/// off.
expected<std::string> journal::read_first(uint64_t commit) {
  auto found = read_entries(file_.get(), path_, commit);
  if (!found)
    return found.error();
  auto filled = fill(file_.get(), path_);
  if (!filled && filled.error().code != errc::storage_full)
    return filled.error();
  is_whole_ = static_cast<bool>(filled);
  end_ = found->end;
  return std::move(found->changes);
}

expected<bool> has_journal_for(const fs::path& directory, uint64_t commit) {
  auto path = directory / journal::file_name;
  descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!file && (errno == ENOENT || errno == ENOTDIR))
    return false;
  if (!file)
    return io_failure("cannot open", path);
  auto found = read_entries(file.get(), path, commit);
  if (!found)
    return found.error();
  return found->end > 0;
}

expected<void> void_journal(const fs::path& directory) {
  auto path = directory / journal::file_name;
  descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file && errno == ENOENT)
    return {};
  if (!file)
    return io_failure("cannot open", path);
  if (!write_all(file.get(), std::string(file_bytes, '\0'), 0))
    return io_failure("cannot write", path);
  if (fsync(file.get()) != 0)
    return io_failure("cannot flush", path);
  return {};
}

} // namespace tocsin::storage
