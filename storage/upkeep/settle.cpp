#include "storage/upkeep/settle.hpp"

#include "storage/files/data_file.hpp"
#include "storage/files/data_path.hpp"
#include "storage/files/journal.hpp"
#include "storage/upkeep/open_environment.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <thread>

namespace tocsin::storage {

namespace {

using steady_clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause_between_looks{10};

/// The number of the commit that follows LMDB's last.
expected<uint64_t> find_next_commit(const std::filesystem::path& directory) {
  auto file = data_file::open(data_path(directory));
  if (!file)
    return file.error();
  auto last = file->last_commit();
  if (!last)
    return last.error();
  return last->transaction + 1;
}

/// The number of the commit that the journal holds changes for; nothing where it holds none. Who
/// writes may have made that commit since, and written over its first changes.
expected<std::optional<uint64_t>> find_unsettled_commit(const std::filesystem::path& directory) {
  auto next = find_next_commit(directory);
  while (next) {
    auto is_left = has_journal_for(directory, *next);
    if (is_left)
      return *is_left ? std::optional{*next} : std::nullopt;
    auto now = find_next_commit(directory);
    if (now && *now == *next)
      return is_left.error();
    next = std::move(now);
  }
  return next.error();
}

/// Waits until somebody else has made the commit.
expected<void> wait_for(uint64_t commit, const environment::options& options) {
  auto until = steady_clock::now() + options.reader_patience;
  for (;;) {
    auto left = find_unsettled_commit(options.directory);
    if (!left)
      return left.error();
    if (*left != commit)
      return {};
    if (steady_clock::now() >= until)
      return fail(
        errc::unavailable,
        fmt::format("who has {} open does not bring into data.mdb what stands in journal, "
                    "so that a copy of data.mdb lacks it",
                    options.directory.string()));
    std::this_thread::sleep_for(pause_between_looks);
  }
}

} // namespace

expected<bool> is_settled(const std::filesystem::path& directory) {
  auto left = find_unsettled_commit(directory);
  if (!left)
    return left.error();
  return !*left;
}

expected<void> settle(const environment::options& options) {
  auto left = find_unsettled_commit(options.directory);
  if (!left)
    return left.error();
  if (!*left)
    return {};
  auto repeated = open_environment(options);
  if (!repeated && repeated.error().code == errc::unavailable)
    return wait_for(**left, options);
  if (!repeated)
    return fail(repeated.error().code,
                fmt::format("what stands in journal cannot be brought into data.mdb: {}; copied "
                            "together into another directory, the two hold everything",
                            repeated.error().detail));
  return {};
}

} // namespace tocsin::storage
