#include "storage/commands/group_commit.hpp"
#include "storage/repositories/event_repository.hpp"
#include "storage/upkeep/prune_events.hpp"
#include "storage/upkeep/store_view.hpp"
#include "tests/support/disk_shim/disk_shim.hpp"
#include "tests/support/soak.hpp"
#include "tests/unit/storage/storage_fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <random>

namespace tocsin::storage {

namespace {

namespace fs = std::filesystem;

/// What a disk writes as one: a write that power is cut in ends between two of them.
constexpr size_t sector_bytes = 512;

constexpr uint32_t events_per_commit = 5;

/// The files that a storage writes, by their names.
using files = std::map<std::string, std::string>;

/// The data file and the journal as a disk would hold them when power is cut after any of the calls
/// that a writer made: of each everything up to its last completed flush, and of what came after
/// any part of it.
class power_cut : public storage_test {
protected:
  power_cut() { channel_ = put_channel_of(put_admin("ops"), 1); }

  files content() const {
    files result;
    for (auto* name : {"data.mdb", "journal"}) {
      std::ifstream in{options_.directory / name, std::ios::binary};
      result[name] = {std::istreambuf_iterator<char>{in}, {}};
    }
    return result;
  }

  /// Commits, and prunes now and then, so that pages are reused; each commit that was told of
  /// leaves a mark with its number. The journal takes three of four.
  void work(uint32_t commits) {
    for (uint32_t n = 1; n <= commits; ++n) {
      std::vector<commit_entry> entries(events_per_commit);
      for (uint32_t i = 0; i < events_per_commit; ++i) {
        auto x = make_event(n * events_per_commit + i, {channel_});
        x.value.details = std::string(i == 0 ? 9000 : 300, 'd');
        auto last = make_attempt(x.id, 1, 1, channel_, delivery_state::dead_letter);
        last.value.started_at = x.accepted_at;
        last.value.duration = std::chrono::milliseconds{0};
        entries[i].commands = {std::move(x), std::move(last)};
      }
      must(commit_together(*env_, entries, nullptr, commit_way::journal));
      disk_shim::mark(n);
      if (n % 4 != 0)
        continue;
      auto tx = must(env_->write());
      must(prune_events(tx, at_ms(1000 + (n - 3) * events_per_commit), std::chrono::milliseconds{0},
                        1000));
      must(tx.commit());
    }
  }

  /// Puts `bytes` at their place, or only some of their sectors.
  static void put(std::string& image, const disk_shim::change& x, std::mt19937_64* random) {
    if (image.size() < x.offset + x.bytes.size() && random == nullptr)
      image.resize(x.offset + x.bytes.size());
    for (size_t at = 0; at < x.bytes.size(); at += sector_bytes) {
      if (random != nullptr && (*random)() % 2 == 0)
        continue;
      auto size = std::min(sector_bytes, x.bytes.size() - at);
      if (image.size() < x.offset + at + size)
        image.resize(x.offset + at + size);
      image.replace(x.offset + at, size, x.bytes, at, size);
    }
  }

  /// Checks the image, and that the last `told` commit is in it. Says what is wrong.
  std::string fault_of(const files& image, uint64_t told) {
    auto options = options_;
    options.directory = directory_.path() / "image";
    fs::create_directory(options.directory);
    for (auto& [name, bytes] : image)
      std::ofstream{options.directory / name, std::ios::binary | std::ios::trunc} << bytes;
    fs::remove(options.directory / "lock.mdb");
    if (auto fault = fault_within(options.directory); !fault.empty())
      return fault;
    // As a start after the power cut would.
    auto has_told = told == 0 || has_event(options, told * events_per_commit);
    auto fault = fault_within(options.directory);
    return fault.empty() && !has_told ? "what was accepted is lost" : fault;
  }

  static std::string fault_within(const fs::path& directory) {
    std::string first;
    auto view = store_view::open(directory);
    if (!view)
      return view.error().detail;
    auto report = view->check([&](auto& fault) { first = first.empty() ? fault : first; });
    if (!report)
      return report.error().detail;
    return first;
  }

  static bool has_event(const environment::options& options, uint64_t n) {
    auto env = must(open_environment(options));
    event_id id{make_ulid(static_cast<uint32_t>(n * 100))};
    auto tx = must(env->read());
    return must(event_repository{tx}.find(id)).has_value();
  }

  /// Replays the changes; after each, some images with any part of what was not flushed. Gives the
  /// faults found. A disk that `lies` about flushing may keep or lose all of it.
  std::vector<std::string> replay(const files& start, const std::vector<disk_shim::change>& changes,
                                  bool lies, int images_per_change) {
    using kind = disk_shim::change::kind;
    std::mt19937_64 random{20260329};
    std::vector<std::string> result;
    auto durable = start;
    std::vector<const disk_shim::change*> unsynced;
    uint64_t told = 0;
    size_t images = 0;
    for (auto& x : changes) {
      if (x.what == kind::mark) {
        told = x.mark;
        continue;
      }
      if (x.what == kind::write && x.is_durable && !lies)
        put(durable[x.file], x, nullptr);
      else if (x.what == kind::write)
        unsynced.push_back(&x);
      else if (!lies) {
        std::erase_if(unsynced, [&](auto* y) {
          if (y->file == x.file)
            put(durable[y->file], *y, nullptr);
          return y->file == x.file;
        });
      }
      for (int i = 0; i < images_per_change; ++i, ++images) {
        auto image = durable;
        // The first has nothing of what was not flushed.
        for (auto* y : unsynced)
          if (i > 0 && random() % 2 == 0)
            put(image[y->file], *y, random() % 2 == 0 ? &random : nullptr);
        if (auto fault = fault_of(image, told); !fault.empty())
          result.push_back(fault);
      }
    }
    std::cout << changes.size() << " changes, " << images << " images, " << result.size()
              << " with faults, " << told << " commits told of\n";
    return result;
  }

  channel_id channel_;
};

TEST_F(power_cut, at_any_moment_leaves_sound_files_with_all_that_was_accepted) {
  auto start = content();
  disk_shim::record(options_.directory);
  work(quick_or_full(12u, 60u));
  auto changes = disk_shim::stop_recording();
  EXPECT_TRUE(env_->is_durable());
  env_.reset();
  auto faults = replay(start, changes, false, quick_or_full(3, 20));
  for (auto& x : faults)
    ADD_FAILURE() << x;
}

/// The proof that the images could show a fault: without flushes they do.
TEST_F(power_cut, of_a_disk_that_lies_about_flushing_leaves_faults) {
  auto start = content();
  disk_shim::record(options_.directory);
  work(12);
  auto changes = disk_shim::stop_recording();
  env_.reset();
  EXPECT_FALSE(replay(start, changes, true, 3).empty());
}

} // namespace

} // namespace tocsin::storage
