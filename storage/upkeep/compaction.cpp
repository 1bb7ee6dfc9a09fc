#include "storage/upkeep/compaction.hpp"

#include "storage/engine/lmdb_failure.hpp"
#include "storage/engine/readonly_environment.hpp"
#include "storage/files/data_file.hpp"
#include "storage/files/data_path.hpp"
#include "storage/files/descriptor.hpp"
#include "storage/files/directory_lock.hpp"
#include "storage/files/journal.hpp"
#include "storage/files/page_check.hpp"
#include "storage/upkeep/settle.hpp"

#include <fmt/format.h>
#include <lmdb.h>

#include <fcntl.h>
#include <sys/stat.h>

namespace tocsin::storage {

namespace fs = std::filesystem;

namespace {

/// A file of which every page is sound, in numbers.
struct sound_file {
  uint64_t entries = 0;
  uint64_t bytes = 0;
};

/// Errors: storage_corrupt, with the first fault.
expected<sound_file> look_at(const fs::path& path) {
  auto file = data_file::open(path);
  if (!file)
    return file.error();
  auto meta = file->last_commit();
  if (!meta)
    return meta.error();
  auto pages = require_sound(*file, *meta);
  if (!pages)
    return pages.error();
  auto bytes = file->size();
  if (!bytes)
    return bytes.error();
  return sound_file{pages->entries, *bytes};
}

/// Writes the copy, with the original's owner, and flushes it. What a crash left of an earlier one
/// is overwritten.
expected<void> write_copy(const fs::path& directory, const fs::path& copy) {
  struct stat original {};
  if (stat(data_path(directory).c_str(), &original) != 0)
    return io_failure("cannot look at", data_path(directory));
  descriptor file{open(copy.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (!file)
    return io_failure("cannot make", copy);
  if (fchown(file.get(), original.st_uid, original.st_gid) != 0 || fchmod(file.get(), 0600) != 0)
    return io_failure("cannot give its owner to", copy);
  auto env = open_readonly(directory, reader_locks::none);
  if (!env)
    return env.error();
  if (auto code = mdb_env_copyfd2(env->get(), file.get(), MDB_CP_COMPACT); code != 0)
    return lmdb_failure(code, "cannot write the compact copy", directory);
  if (fsync(file.get()) != 0)
    return io_failure("cannot flush", copy);
  return {};
}

/// The table of readers and the journal know commits of the old file, and the new one counts them
/// from the beginning: the next start makes the one again, and of the other nothing is left but its
/// bytes. Only then the copy takes the name: the other way round a crash between could leave those
/// of another file.
expected<void> replace(const fs::path& directory, const fs::path& copy) {
  auto readers = directory / "lock.mdb";
  if (unlink(readers.c_str()) != 0 && errno != ENOENT)
    return io_failure("cannot remove", readers);
  if (auto emptied = void_journal(directory); !emptied)
    return emptied;
  if (auto synced = sync_directory(directory); !synced)
    return synced;
  if (rename(copy.c_str(), data_path(directory).c_str()) != 0)
    return io_failure("cannot replace", data_path(directory));
  return sync_directory(directory);
}

expected<compaction> compact_locked(const fs::path& directory, const fs::path& copy) {
  auto before = look_at(data_path(directory));
  if (!before)
    return before.error();
  if (auto written = write_copy(directory, copy); !written)
    return written.error();
  auto after = look_at(copy);
  if (!after)
    return after.error();
  if (after->entries != before->entries)
    return fail(errc::storage_corrupt, "the compact copy lacks entries; nothing was changed");
  if (auto replaced = replace(directory, copy); !replaced)
    return replaced.error();
  return compaction{before->bytes, after->bytes};
}

} // namespace

expected<compaction> compact(const environment::options& options) {
  const auto& directory = options.directory;
  // Before anything is made in there: it may be no storage at all.
  if (auto settled = settle(options); !settled)
    return settled.error();
  auto lock = directory_lock::acquire(directory);
  if (!lock)
    return lock.error();
  auto alone = lock_views(directory, view_access::alone);
  if (!alone)
    return alone.error();
  // Somebody may have died since.
  auto is_settled = storage::is_settled(directory);
  if (!is_settled)
    return is_settled.error();
  if (!*is_settled)
    return fail(errc::unavailable, fmt::format("the service in {} has only just ended; try again",
                                               directory.string()));
  auto copy = compact_copy_path(directory);
  auto result = compact_locked(directory, copy);
  if (!result)
    unlink(copy.c_str());
  return result;
}

} // namespace tocsin::storage
