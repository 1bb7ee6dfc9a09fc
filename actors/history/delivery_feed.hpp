#pragma once

#include "actors/ledger/move_noting.hpp"
#include "actors/shared/meter.hpp"
#include "messages/protocol/delivery_feed.hpp"
#include "messages/steady_time.hpp"
#include "storage/engine/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <unordered_set>
#include <vector>

namespace tocsin {

/// What the feed is made with.
struct feed_options {
  std::shared_ptr<storage::environment> storage;
  move_noter_actor ledger;
  wall_clock now;
  monotonic_clock steady_now;
  std::shared_ptr<meter_board> board;
  /// This many moves are kept for readers that fall behind or come back: 7 MB at most, and at a
  /// thousand events a second with one delivery each the last half minute.
  size_t kept_moves = 65'536;
};

/// Tells readers what happens to deliveries. A run begins with a reader: the feed makes a ring and
/// has the ledger note moves in it. It ends when there was no reader for some minutes, and the
/// ledger notes nothing then. What a reader gets is read from storage when it asks, so that the
/// ledger does nothing for it but note the fixed parts of what it wrote anyway.
///
/// Each reader is served as it asks: what it has not asked for is nowhere but in the ring.
class delivery_feed_state {
public:
  static inline const char* name = "tocsin.delivery-feed";

  void start(delivery_feed_actor::stateful_pointer<delivery_feed_state> self,
             const feed_options& options);

  caf::result<deliveries_moved> on_follow_deliveries(follow_deliveries& msg);
  void on_stop_following(const stop_following& msg);
  void on_moves_noted(const moves_noted& msg);
  void on_look_for_readers(const look_for_readers& msg);

  actor_gauge gauge;

private:
  using promise = caf::typed_response_promise<deliveries_moved>;

  /// A question that waits for moves.
  struct waiting {
    follow_deliveries question;
    promise reply;
    steady_time since;
  };

  void begin_run();
  void take_up(waiting x);
  void serve(waiting x);
  expected<void> gather(const follow_deliveries& question,
                        const std::vector<storage::delivery_move>& moves,
                        deliveries_moved& result) const;

  delivery_feed_actor::stateful_pointer<delivery_feed_state> self_ = nullptr;
  feed_options options_;
  ulid_generator ids_;
  /// nullptr while there is no run.
  std::shared_ptr<move_ring> ring_;
  ulid run_;
  /// Whether the ledger has said that it notes all moves from now on.
  bool is_noting_ = false;
  /// Those that came before it said so.
  std::vector<waiting> early_;
  std::vector<waiting> waiting_;
  /// Readers whose call-off overtook the question, which took the way over the HTTP bridge.
  std::unordered_set<uint64_t> gone_;
  steady_time last_question_{};
};

delivery_feed_actor::behavior_type
delivery_feed(delivery_feed_actor::stateful_pointer<delivery_feed_state> self,
              const feed_options& options);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::feed_options)
