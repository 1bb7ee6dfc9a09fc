#pragma once

#include "tests/support/standin/record.hpp"

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace tocsin::standin {

/// Which of the two lists of a record book.
enum class ruling : bool { accepted, refused };

/// How many records of each provider there were, including those no longer kept.
struct record_counts {
  std::array<std::uint64_t, provider_count> accepted{};
  std::array<std::uint64_t, provider_count> refused{};
  /// The sequence number of the newest record; 0 if there was none yet.
  std::uint64_t newest = 0;
};

/// The newest records, bounded, and the count of all. Safe to use from any thread.
class record_book {
public:
  using clock = std::chrono::steady_clock;
  using predicate = std::function<bool(const record&)>;

  /// Keeps up to `keep` accepted and as many refused records.
  explicit record_book(std::size_t keep) : keep_(keep) {}

  /// Numbers `entry`, stores it and wakes who waits. Returns the number.
  std::uint64_t add(ruling how, record entry);

  /// The kept records with a sequence above `after`, oldest first and at most `limit` of them;
  /// of one provider, or of all.
  std::vector<record> list(ruling how, std::optional<provider> from, std::uint64_t after,
                           std::size_t limit) const;

  record_counts counts() const;

  /// Waits until `count` records of `from` (or of all) have been added since the last `clear`.
  /// False if the deadline came first.
  bool wait_for_count(ruling how, std::optional<provider> from, std::uint64_t count,
                      clock::time_point deadline) const;

  /// Waits for the first kept record that satisfies `wanted`, and returns it; nothing if the
  /// deadline came first. `wanted` runs under the book's lock: it must not call the stand-in.
  std::optional<record> wait_for(ruling how, const predicate& wanted,
                                 clock::time_point deadline) const;

  /// Forgets all records and counts; the sequence goes on.
  void clear();

private:
  const std::deque<record>& entries(ruling how) const {
    return how == ruling::accepted ? accepted_ : refused_;
  }
  std::uint64_t count_of(ruling how, std::optional<provider> from) const;

  std::size_t keep_;
  mutable std::mutex mutex_;
  mutable std::condition_variable added_;
  std::deque<record> accepted_;
  std::deque<record> refused_;
  record_counts counts_;
};

} // namespace tocsin::standin
