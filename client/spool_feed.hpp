#pragma once

#include "client/feed_pause.hpp"
#include "client/resting_entries.hpp"
#include "client/spool.hpp"
#include "client/window.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/steady_time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace tocsin::client {

/// What of a spool is on its way to a node: oldest first, a bounded part at a time, each entry
/// until a node has answered for it. What rests meanwhile takes no room: others pass it, so that it
/// arrives later than its place says. On the client's thread.
class spool_feed {
public:
  using refusal_sink = std::function<void(const submit_events& what, const failure& why)>;

  /// `on_refused` is told of events that no node will ever take, before they go from the disk.
  spool_feed(std::shared_ptr<spool> store, refusal_sink on_refused,
             monotonic_clock now = system_monotonic_clock())
    : store_(std::move(store)), on_refused_(std::move(on_refused)), now_(std::move(now)) {}

  /// Whether a question's number is that of an entry of the spool.
  static bool is_number_of_entry(uint64_t number);

  /// Whether something is stored that has not been sent yet, so that what comes now has to queue up
  /// behind it.
  bool is_behind() const { return has_more() || under_way_.has_waiting(); }

  /// Stores submissions, as many as there is room for, from the first on; returns how many.
  /// Errors: those of `spool::append`.
  expected<size_t> put(const std::vector<window::entry>& submissions);

  /// Calls `send` with what is to be sent, as far as there is room on the way and no pause.
  /// Errors: those of `spool::read_after`, the first time; what could be read has been sent. A disk
  /// that fails is read again after a pause, which grows.
  template <class Send>
  expected<void> send_waiting(Send&& send) {
    if (pause_.is_on() && !may_try())
      return {};
    auto taken = take_entries();
    if (pause_.is_on())
      under_way_.send_first(send);
    else
      under_way_.send_waiting(send);
    return taken;
  }

  /// Whether an entry was sent over this connection and is not answered yet.
  bool has_sent() const { return under_way_.has_sent(); }

  void repeat(uint64_t number) { under_way_.repeat(number); }

  /// Makes everything be sent again, to another node perhaps.
  void repeat_all();

  /// A node cannot take this entry, through a fault of its own: it makes way for others and is sent
  /// again later. Returns whether it is for the first time. Where very many rest, no others are
  /// read until a node answers for some of them.
  bool rest(uint64_t number);

  /// A node takes no entries at all for now: this one keeps its place, and all pause. Returns
  /// whether they did not pause already.
  bool hold(uint64_t number);

  /// Whether time has come to send again what a node has refused, or to read again what the disk
  /// has not given.
  bool is_due() const {
    auto now = now_();
    return may_try() || resting_.has_rested(now) || read_pause_.has_passed(now);
  }

  /// A node has taken an entry, which is to go from the disk with the next `flush`.
  void accept(uint64_t number);

  /// A node has refused an entry for good; it goes as well.
  void refuse(uint64_t number, const failure& why);

  bool has_settled() const { return !settled_.empty(); }

  /// Removes what is settled from the disk, a part at a time. Errors: those of `spool::erase`, the
  /// first time. What is left is tried again with a flush after a pause, which grows, and at worst
  /// sent once more after a restart, under the same ids.
  expected<void> flush();

private:
  expected<void> tell_once(feed_pause& pause, expected<void> done);
  bool may_use(const feed_pause& pause) const;
  expected<void> take_entries();
  expected<void> take_new();
  expected<void> take_rested();
  void settle(uint64_t number);
  void tell_refused(const submit_events& what, const failure& why) const;
  void take(const spool::entry& x);

  /// Whether something is stored that has not been read yet.
  bool has_more() const { return last_taken_ < store_->last_key(); }

  /// Whether the pause has passed, so that a single entry may be sent; none is on its way then.
  bool may_try() const { return pause_.has_passed(now_()) && !under_way_.has_sent(); }

  size_t room() const;

  std::shared_ptr<spool> store_;
  refusal_sink on_refused_;
  monotonic_clock now_;
  window under_way_;
  size_t bytes_under_way_ = 0;
  /// Those that have been under way and will be again.
  resting_entries resting_;
  feed_pause pause_;
  /// Those of a disk that fails.
  feed_pause read_pause_;
  feed_pause erase_pause_;
  /// The key of the last entry that was read.
  uint64_t last_taken_ = 0;
  std::vector<uint64_t> settled_;
};

} // namespace tocsin::client
