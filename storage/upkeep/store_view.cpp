#include "storage/upkeep/store_view.hpp"

#include "storage/engine/environment_state.hpp"
#include "storage/engine/lmdb_failure.hpp"
#include "storage/engine/readonly_environment.hpp"
#include "storage/engine/schema.hpp"
#include "storage/engine/transaction.hpp"
#include "storage/files/data_path.hpp"
#include "storage/files/directory_lock.hpp"
#include "storage/upkeep/settle.hpp"
#include "storage/upkeep/verify.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace tocsin::storage {

namespace fs = std::filesystem;

namespace {

/// How often a snapshot is tried: each time it fails, two commits have overtaken it.
constexpr int max_tries = 1000;

/// One commit that stays as it is while this lives, with what its meta page says.
struct snapshot {
  read_transaction tx;
  page_format::meta_content meta;
  MDB_txn* raw;
};

expected<snapshot> take_snapshot(const std::shared_ptr<environment_state>& state,
                                 const data_file& file) {
  for (int i = 0; i < max_tries; ++i) {
    auto txn = state->begin_read();
    if (!txn)
      return txn.error();
    read_transaction tx{state, *txn};
    auto meta = file.find_commit(mdb_txn_id(*txn));
    if (!meta)
      return meta.error();
    if (*meta)
      return snapshot{std::move(tx), **meta, *txn};
  }
  return fail(errc::unavailable, "the storage changes faster than it can be read; try again");
}

/// Opens the databases that are there, for the transaction `txn` alone; the others belong to later
/// schemas.
expected<void> open_databases(environment_state& state, MDB_txn* txn) {
  for (size_t i = 0; i < database_count; ++i) {
    std::string name{to_string(static_cast<database>(i))};
    auto code = mdb_dbi_open(txn, name.c_str(), 0, &state.dbis[i]);
    if (code != 0 && code != MDB_NOTFOUND)
      return state.failed(code, fmt::format("cannot open the database {}", name));
  }
  return {};
}

/// Errors: storage_corrupt, where the storage was never set up.
expected<uint32_t> require_version(const transaction& tx, const fs::path& path) {
  auto version = find_schema_version(tx);
  if (!version)
    return version.error();
  if (!*version)
    return fail(errc::storage_corrupt, fmt::format("{} holds nothing of Tocsin", path.string()));
  return **version;
}

expected<std::vector<database_stats>> stats_of_databases(const environment_state& state,
                                                         MDB_txn* txn) {
  MDB_dbi main = 0;
  MDB_cursor* raw = nullptr;
  auto code = mdb_dbi_open(txn, nullptr, 0, &main);
  if (code == 0)
    code = mdb_cursor_open(txn, main, &raw);
  if (code != 0)
    return state.failed(code, "cannot read the list of databases");
  std::unique_ptr<MDB_cursor, decltype(&mdb_cursor_close)> at{raw, mdb_cursor_close};
  std::vector<database_stats> result;
  MDB_val key{};
  MDB_val value{};
  while ((code = mdb_cursor_get(raw, &key, &value, MDB_NEXT)) == 0) {
    // What the main tree says of a database is all that there is to tell.
    if (value.mv_size != sizeof(page_format::tree))
      continue;
    auto x = page_format::load<page_format::tree>(static_cast<const char*>(value.mv_data));
    result.push_back({std::string{static_cast<const char*>(key.mv_data), key.mv_size}, x.entries,
                      x.branch_pages + x.leaf_pages + x.overflow_pages});
  }
  if (code != MDB_NOTFOUND)
    return state.failed(code, "cannot read the list of databases");
  return result;
}

/// A new file on the file system of the one it is to become, which is gone unless it does. It has
/// no name until then (open(2), O_TMPFILE), so that a process that is killed leaves nothing; file
/// systems that do not know such files, as NFS, have it under a name beside its target.
class draft {
public:
  explicit draft(const fs::path& target) {
    auto folder = fs::absolute(target).parent_path();
    file_.emplace(open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600));
    if (*file_ || (errno != EOPNOTSUPP && errno != EISDIR))
      return;
    name_ = target.string() + ".XXXXXX";
    // Mode 0600 from the start, as mkstemp(3) makes it.
    file_.emplace(mkostemp(name_.data(), O_CLOEXEC));
  }

  draft(const draft&) = delete;
  draft& operator=(const draft&) = delete;

  ~draft() {
    if (*file_ && !name_.empty())
      unlink(name_.c_str());
  }

  int fd() const { return file_->get(); }

  explicit operator bool() const { return static_cast<bool>(*file_); }

  /// Gives it the name `target` unless that is taken; 0 on success.
  int publish(const fs::path& target) const {
    if (name_.empty())
      return linkat(AT_FDCWD, fmt::format("/proc/self/fd/{}", fd()).c_str(), AT_FDCWD,
                    target.c_str(), AT_SYMLINK_FOLLOW);
    auto code = renameat2(AT_FDCWD, name_.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE);
    // File systems that do not know the flag know links, which replace nothing either.
    return code != 0 && errno == EINVAL ? link(name_.c_str(), target.c_str()) : code;
  }

private:
  /// Empty while it has none.
  std::string name_;
  std::optional<descriptor> file_;
};

} // namespace

store_view::store_view(std::shared_ptr<environment_state> state, data_file file,
                       std::optional<descriptor> lock)
  : lock_(std::move(lock)), state_(std::move(state)), file_(std::move(file)) {}

store_view::store_view(store_view&& other) noexcept = default;

store_view::~store_view() = default;

expected<store_view> store_view::open(const fs::path& named) {
  auto path = storage_path(named);
  auto file = data_file::open(data_path(path));
  if (!file)
    return file.error();
  std::optional<descriptor> lock;
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    auto locked = lock_views(path, view_access::shared);
    if (!locked)
      return locked.error();
    lock.emplace(std::move(*locked));
  }
  auto env = open_readonly(path, reader_locks::if_there);
  if (!env)
    return env.error();
  auto state = std::make_shared<environment_state>(std::nullopt, path, env->release());
  return store_view{std::move(state), std::move(*file), std::move(lock)};
}

expected<store_report> store_view::check(const fault_sink& on_fault) const {
  auto at = take_snapshot(state_, file_);
  if (!at)
    return at.error();
  auto pages = check_pages(file_, at->meta, on_fault);
  if (!pages)
    return pages.error();
  store_report result{0, pages->used, pages->faults};
  if (pages->faults != 0)
    return result;
  std::error_code ignored;
  if (fs::is_directory(state_->directory(), ignored))
    if (auto settled = is_settled(state_->directory());
        !settled && settled.error().code == errc::storage_corrupt) {
      on_fault(settled.error().detail);
      ++result.faults;
    }
  if (auto opened = open_databases(*state_, at->raw); !opened)
    return opened.error();
  auto version = require_version(at->tx, file_.path());
  if (!version)
    return version.error();
  if (auto known = check_schema_version(*version, state_->directory()); !known)
    return known.error();
  if (*version < schema_version)
    return fail(errc::conflict,
                fmt::format("{} has schema version {}: its pages are sound; its records can be "
                            "checked once tocsind has migrated it to version {}, at a start",
                            file_.path().string(), *version, schema_version));
  auto records = verify(at->tx, on_fault);
  if (!records)
    return records.error();
  result.entries = records->entries;
  result.faults += records->faults;
  return result;
}

expected<store_stats> store_view::stats() const {
  auto at = take_snapshot(state_, file_);
  if (!at)
    return at.error();
  if (auto whole = check_length(file_, at->meta); !whole)
    return whole.error();
  if (auto opened = open_databases(*state_, at->raw); !opened)
    return opened.error();
  auto version = require_version(at->tx, file_.path());
  if (!version)
    return version.error();
  auto node_id = find_node_id(at->tx);
  if (!node_id)
    return node_id.error();
  auto free_pages = state_->count_free_pages(at->raw);
  if (!free_pages)
    return free_pages.error();
  auto databases = stats_of_databases(*state_, at->raw);
  if (!databases)
    return databases.error();
  auto file_bytes = file_.size();
  if (!file_bytes)
    return file_bytes.error();
  store_stats result{*version,
                     *node_id,
                     at->meta.transaction,
                     file_.page_bytes(),
                     at->meta.map_bytes,
                     *file_bytes,
                     at->meta.last_page + 1,
                     free_pages->all,
                     std::move(*databases),
                     list_readers(state_->env())};
  std::erase_if(result.readers,
                [](auto& x) { return x.process == static_cast<uint64_t>(getpid()); });
  return result;
}

expected<uint64_t> store_view::copy_to(const fs::path& path) const {
  {
    auto at = take_snapshot(state_, file_);
    if (!at)
      return at.error();
    if (auto whole = check_length(file_, at->meta); !whole)
      return whole.error();
  }
  draft copy{path};
  if (!copy)
    return io_failure("cannot make", path);
  auto folder = fs::absolute(path).parent_path();
  if (auto code = mdb_env_copyfd2(state_->env(), copy.fd(), 0); code != 0)
    return lmdb_failure(code, fmt::format("cannot write {}", path.string()), folder);
  if (fsync(copy.fd()) != 0)
    return io_failure("cannot flush", path);
  struct stat info {};
  if (fstat(copy.fd(), &info) != 0 || copy.publish(path) != 0)
    return io_failure("cannot make", path);
  if (auto synced = sync_directory(folder); !synced)
    return synced.error();
  return static_cast<uint64_t>(info.st_size);
}

} // namespace tocsin::storage
