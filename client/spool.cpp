#include "client/spool.hpp"

#include "link/frame.hpp"
#include "link/wire.hpp"

#include <boost/crc.hpp>
#include <fmt/format.h>
#include <lmdb.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tocsin::client {

namespace {

/// The format's name stands under key 0. The payloads are those of the wire protocol, so their
/// names change together.
constexpr std::string_view format_name = "tocsin spool of tocsin/1";
constexpr uint64_t format_key = 0;

constexpr const char* database_file = "spool.mdb";
constexpr const char* lock_file = "spool.lock";

/// One client at a time has the spool, by a lock of our own; durability is what is not left out.
constexpr unsigned environment_flags = MDB_NOSUBDIR | MDB_NOLOCK | MDB_NOTLS;

constexpr uint64_t page_bytes = 4096;

/// LMDB keeps values up to about half a page within its leaves, and gives larger ones pages of
/// their own.
constexpr uint64_t max_leaf_value = 2000;
constexpr uint64_t leaf_overhead = 64;
constexpr uint64_t page_header = 16;

/// The map is as large as a multiple of this, and up to one larger than it has to be: that is the
/// room for LMDB's own pages.
constexpr uint64_t map_step = 4 * 1024 * 1024;

/// How much is read at a time when everything is looked at.
constexpr size_t read_bytes = 4 * 1024 * 1024;

/// What a value takes in the file.
uint64_t cost_of(size_t size) {
  if (size <= max_leaf_value)
    return size + leaf_overhead;
  return (size + page_header + page_bytes - 1) / page_bytes * page_bytes + leaf_overhead;
}

failure system_failure(std::string_view action, const std::filesystem::path& path, int code) {
  return fail(code == ENOSPC ? errc::storage_full : errc::storage_io,
              fmt::format("{} {}: {}", action, path.string(), std::strerror(code)));
}

/// An entry's value begins with the checksum of what follows, as LMDB has none: the pages of a
/// large value can be lost without its noticing.
constexpr size_t checksum_bytes = sizeof(uint32_t);

uint32_t checksum_of(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  return crc.checksum();
}

/// Big-endian, so that the order of bytes is that of numbers.
class key_bytes {
public:
  explicit key_bytes(uint64_t key) : text_(link::to_wire(key)) {}

  MDB_val value() { return {text_.size(), text_.data()}; }

private:
  std::string text_;
};

std::string_view text_of(const MDB_val& x) {
  return {static_cast<const char*>(x.mv_data), x.mv_size};
}

/// Makes `found` an entry; false if it is not one that was written as a whole.
bool read_entry(const MDB_val& where, const MDB_val& found, spool::entry& x) {
  auto text = text_of(found);
  uint32_t checksum = 0;
  if (text.size() < checksum_bytes || !link::from_wire(text.substr(0, checksum_bytes), checksum)
      || !link::from_wire(text_of(where), x.key))
    return false;
  x.payload = text.substr(checksum_bytes);
  return checksum_of(x.payload) == checksum;
}

expected<void> flush_directory(const std::filesystem::path& directory) {
  auto fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  auto flushed = fd >= 0 && ::fsync(fd) == 0;
  auto code = errno;
  if (fd >= 0)
    ::close(fd);
  if (!flushed)
    return system_failure("cannot flush", directory, code);
  return {};
}

/// Makes the directory and those above it that are missing, for the owner alone and so that they
/// survive the loss of power. What cannot be made is found out when a file is opened in there.
expected<void> make_directory(const std::filesystem::path& directory) {
  std::error_code ignored;
  auto above = directory.parent_path();
  if (directory == above || std::filesystem::exists(directory, ignored))
    return {};
  if (auto made = make_directory(above); !made)
    return made;
  if (::mkdir(directory.c_str(), 0700) != 0)
    return {};
  return flush_directory(above);
}

/// Takes the lock of the directory, which goes with the process.
expected<int> lock_directory(const std::filesystem::path& directory) {
  auto path = directory / lock_file;
  auto fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return system_failure("cannot open", path, errno);
  if (::flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  auto code = errno;
  ::close(fd);
  if (code == EWOULDBLOCK)
    return fail(errc::unavailable,
                fmt::format("the spool in {} is in use by another client", directory.string()));
  return system_failure("cannot lock", path, code);
}

} // namespace

/// Aborts unless it is committed.
class spool::transaction {
public:
  transaction(const spool& owner, unsigned flags)
    : code_(mdb_txn_begin(owner.env_.get(), nullptr, flags, &txn_)) {}

  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;

  ~transaction() {
    if (txn_ != nullptr)
      mdb_txn_abort(txn_);
  }

  /// LMDB's code for how it began.
  int code() const { return code_; }

  MDB_txn* get() const { return txn_; }

  int commit() { return mdb_txn_commit(std::exchange(txn_, nullptr)); }

private:
  MDB_txn* txn_ = nullptr;
  int code_;
};

void spool::env_deleter::operator()(MDB_env* x) const {
  mdb_env_close(x);
}

spool::spool(std::filesystem::path directory, uint64_t max_bytes, int lock)
  : directory_(std::move(directory)), max_bytes_(max_bytes), lock_(lock) {}

spool::~spool() {
  env_.reset();
  ::close(lock_);
}

expected<std::unique_ptr<spool>> spool::open(const spool_config& settings) {
  if (auto made = make_directory(std::filesystem::absolute(settings.directory)); !made)
    return made.error();
  auto lock = lock_directory(settings.directory);
  if (!lock)
    return lock.error();
  std::unique_ptr<spool> result{new spool{settings.directory, settings.max_bytes, *lock}};
  if (auto opened = result->open_environment(); !opened)
    return opened.error();
  if (auto ready = result->prepare(); !ready)
    return ready.error();
  if (auto flushed = flush_directory(settings.directory); !flushed)
    return flushed.error();
  return result;
}

expected<void> spool::open_environment() {
  MDB_env* env = nullptr;
  if (auto code = mdb_env_create(&env); code != 0)
    return failed(code, "cannot open the spool");
  env_.reset(env);
  auto path = directory_ / database_file;
  // Room for the worst ratio of free pages to used ones; the file only grows as far as needed. One
  // that was filled under a larger limit needs room beside what is stored, too, or nothing could be
  // removed from it.
  std::error_code missing;
  auto file_bytes = std::filesystem::file_size(path, missing);
  auto room = std::max<uint64_t>(2 * max_bytes_, missing ? 0 : file_bytes + map_step);
  mdb_env_set_mapsize(env, (room / map_step + 1) * map_step);
  if (auto code = mdb_env_open(env, path.c_str(), environment_flags, 0600); code != 0)
    return failed(code, "cannot open the spool");
  // A file that has lost its end would end the process where a missing page is read. With the page
  // there, but empty, LMDB sees that the file is not its own.
  MDB_envinfo info{};
  MDB_stat pages{};
  mdb_env_info(env, &info);
  mdb_env_stat(env, &pages);
  auto wanted = static_cast<off_t>((info.me_last_pgno + 1) * pages.ms_psize);
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0
      || (found.st_size < wanted && ::truncate(path.c_str(), wanted) != 0))
    return system_failure("cannot size", path, errno);
  return {};
}

/// Looks at everything that is stored, as a spool that cannot be read is to be known at the start.
expected<void> spool::prepare() {
  transaction tx{*this, 0};
  auto code = tx.code();
  if (code == 0)
    code = mdb_dbi_open(tx.get(), nullptr, 0, &database_);
  if (code != 0)
    return failed(code, "cannot read the spool");
  key_bytes key{format_key};
  auto where = key.value();
  MDB_val found{};
  code = mdb_get(tx.get(), database_, &where, &found);
  if (code == MDB_NOTFOUND) {
    MDB_val name{format_name.size(), const_cast<char*>(format_name.data())};
    code = mdb_put(tx.get(), database_, &where, &name, 0);
  } else if (code == 0 && text_of(found) != format_name) {
    return fail(errc::storage_too_new,
                fmt::format("the spool in {} is in another format", directory_.string()));
  }
  if (code == 0)
    code = tx.commit();
  if (code != 0)
    return failed(code, "cannot read the spool");
  for (;;) {
    auto part = read_after(last_key_, read_bytes);
    if (!part)
      return part.error();
    if (part->empty())
      return {};
    for (auto& x : *part)
      used_bytes_ += cost_of(x.payload.size() + checksum_bytes);
    last_key_ = part->back().key;
  }
}

expected<size_t> spool::append(const std::vector<std::string_view>& payloads) {
  transaction tx{*this, 0};
  auto code = tx.code();
  size_t count = 0;
  auto used = used_bytes_;
  while (code == 0 && count < payloads.size()) {
    auto payload = payloads[count];
    used += cost_of(payload.size() + checksum_bytes);
    if (used > max_bytes_)
      break;
    key_bytes key{last_key_ + count + 1};
    auto where = key.value();
    auto value = link::to_wire(checksum_of(payload)) + std::string{payload};
    MDB_val what{value.size(), value.data()};
    code = mdb_put(tx.get(), database_, &where, &what, MDB_APPEND);
    if (code == 0)
      ++count;
  }
  // Should the free pages lie too far apart for a large value, LMDB gives the whole transaction up.
  if (code == MDB_MAP_FULL || (code == 0 && count == 0))
    return size_t{0};
  if (code == 0)
    code = tx.commit();
  if (code != 0)
    return failed(code, "cannot write to the spool");
  for (size_t i = 0; i < count; ++i)
    used_bytes_ += cost_of(payloads[i].size() + checksum_bytes);
  last_key_ += count;
  return count;
}

expected<std::vector<spool::entry>> spool::read_after(uint64_t key, size_t max_bytes) const {
  transaction tx{*this, MDB_RDONLY};
  auto code = tx.code();
  MDB_cursor* cursor = nullptr;
  if (code == 0)
    code = mdb_cursor_open(tx.get(), database_, &cursor);
  std::vector<entry> result;
  key_bytes begin{key + 1};
  auto where = begin.value();
  MDB_val found{};
  if (code == 0)
    code = mdb_cursor_get(cursor, &where, &found, MDB_SET_RANGE);
  size_t bytes = 0;
  for (; code == 0; code = mdb_cursor_get(cursor, &where, &found, MDB_NEXT)) {
    entry x;
    if (!read_entry(where, found, x)) {
      code = MDB_CORRUPTED;
      break;
    }
    bytes += x.payload.size();
    if (!result.empty() && bytes > max_bytes)
      break;
    result.push_back(std::move(x));
  }
  if (cursor != nullptr)
    mdb_cursor_close(cursor);
  if (result.empty() && code != 0 && code != MDB_NOTFOUND)
    return failed(code, "cannot read the spool");
  return result;
}

expected<void> spool::erase(const std::vector<uint64_t>& keys) {
  transaction tx{*this, 0};
  auto code = tx.code();
  uint64_t freed = 0;
  for (size_t i = 0; code == 0 && i < keys.size(); ++i) {
    key_bytes key{keys[i]};
    auto where = key.value();
    MDB_val found{};
    code = mdb_get(tx.get(), database_, &where, &found);
    if (code == 0) {
      freed += cost_of(found.mv_size);
      code = mdb_del(tx.get(), database_, &where, nullptr);
    } else if (code == MDB_NOTFOUND) {
      code = 0;
    }
  }
  if (code == 0)
    code = tx.commit();
  if (code != 0)
    return failed(code, "cannot remove from the spool");
  used_bytes_ -= freed;
  return {};
}

failure spool::failed(int code, std::string_view action) const {
  auto text = fmt::format("{} in {}: {}", action, directory_.string(), mdb_strerror(code));
  switch (code) {
  case MDB_MAP_FULL:
  case ENOSPC:
  case EDQUOT: return fail(errc::storage_full, std::move(text));
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_INVALID:
  case MDB_PANIC:
  case MDB_INCOMPATIBLE: return fail(errc::storage_corrupt, std::move(text));
  case MDB_VERSION_MISMATCH: return fail(errc::storage_too_new, std::move(text));
  default: return fail(errc::storage_io, std::move(text));
  }
}

} // namespace tocsin::client
