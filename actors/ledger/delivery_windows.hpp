#pragma once

#include "messages/protocol/channel.hpp"
#include "messages/repeated_fault.hpp"
#include "storage/engine/environment.hpp"
#include "storage/repositories/due_repository.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tocsin {

/// Hands due deliveries to the channel actors that opened a window for them. What was just
/// accepted goes out at once from memory; whatever does not fit into a window waits on disk and is
/// read when there is room again, so that a backlog costs no memory. Owned by the ledger; knows
/// nothing that cannot be read from storage again.
/// All windows together hold at most `most_loaded` deliveries, but for `guaranteed` ones each,
/// which keep every channel going whatever the others hold.
class delivery_windows {
public:
  static constexpr uint32_t most_loaded = 16'384;
  static constexpr uint32_t guaranteed = 4;

  struct hooks {
    /// Gives deliveries to a channel actor.
    std::function<void(channel_id, const channel_actor&, std::vector<due_delivery>)> hand_over;
    /// Asks for an actor for a channel that has none.
    std::function<void(channel_id)> ask_for_actor;
    /// Told in words what cannot be read.
    repeated_fault::report_sink report;
    /// Told in words what can be read again.
    repeated_fault::report_sink report_recovery;
  };

  explicit delivery_windows(hooks hooks)
    : hooks_(std::move(hooks)),
      storage_fault_(hooks_.report, hooks_.report_recovery, "what is due can be read again") {}

  /// Finds what `channels` owe after a start: asks for the actors of those that owe something at
  /// `now` and remembers when the others will.
  expected<void> start(const storage::transaction& tx, const std::vector<channel_id>& channels,
                       timestamp now);

  /// Makes `worker` the one that takes the deliveries of `channel`, `credit` at once. Deliveries
  /// that an earlier worker has in flight stay with it until they are recorded or it is down.
  void open(channel_id channel, const channel_actor& worker, uint32_t credit);

  /// Changes the size of the window that `worker` opened, if it is still the channel's.
  void resize(channel_id channel, const channel_actor& worker, uint32_t credit);

  /// Forgets a worker that is down; what it had in flight is due again.
  void worker_down(const caf::actor_addr& worker);

  /// A delivery was accepted just now.
  void offer(channel_id channel, due_delivery x);

  /// An attempt at a delivery has ended and is about to be recorded: should its worker go down
  /// before that, the delivery is not due again.
  void attempt_ended(channel_id channel, delivery_id id);

  /// An attempt at a delivery is recorded: its slot is free. `retry_at` says when it is due again.
  void attempt_recorded(channel_id channel, delivery_id id, std::optional<timestamp> retry_at);

  /// `worker` takes nothing more, and gives back the deliveries `ids` that it will not send: they
  /// are due again. What it has under way stays with it.
  void give_back(channel_id channel, const channel_actor& worker,
                 const std::vector<delivery_id>& ids);

  /// The delivery cannot be read or recorded: its slot is free, and it is left alone until the next
  /// start, or until it is sent again by hand.
  void quarantine(channel_id channel, delivery_id id);

  /// A delivery that may be in quarantine is to be tried again.
  void end_quarantine(channel_id channel, delivery_id id);

  /// `channel` owes something more that is due at `at`.
  void note_due(channel_id channel, timestamp at);

  /// The channel was disabled: its worker takes nothing more. Another one may open a window.
  void suspend(channel_id channel);

  /// The channel may work again: a new actor is requested if it owes anything.
  void resume(channel_id channel);

  /// Whether a worker has the delivery.
  bool is_in_flight(channel_id channel, delivery_id id) const;

  bool is_quarantined(channel_id channel, delivery_id id) const;

  /// The channel was removed.
  void forget(channel_id channel);

  /// All channels wait: what would be handed over stays on disk. Every worker looks whether it may
  /// send.
  void pause();

  /// Hands over again, and has every worker look again whether it may send.
  void unpause();

  bool is_paused() const { return is_paused_; }

  /// Fills the windows that have room, and hands over.
  /// Errors: those of storage, which are reported too; what could not be read stays due.
  expected<void> fill(storage::environment& env, timestamp now);

  /// When a delivery that was not due will be; nothing if there is none.
  std::optional<timestamp> next_alarm() const;

private:
  /// A delivery that a worker has.
  struct flight {
    /// Which of the channel's workers has it: its window's `generation`, or that of an earlier one.
    uint32_t generation = 0;
    bool is_retry = false;
    /// Whether its attempt has ended and is only to be recorded.
    bool has_ended = false;
  };

  /// `taken` and `retries` count what of `in_flight` is of the present generation, but that what
  /// the worker had at its end counts no more.
  struct window {
    channel_actor worker;
    /// Rises with each worker that comes or goes.
    uint32_t generation = 0;
    uint32_t size = 0;
    uint32_t taken = 0;
    /// Those that are no first attempts.
    uint32_t retries = 0;
    /// Whether an actor was asked for and has not come yet.
    bool asked = false;
    /// Whether something may be due on disk that is not in flight.
    bool more = false;
    /// Whether it stands in `touched_`.
    bool touched = false;
    /// What the worker has, and what earlier ones still have.
    std::unordered_map<delivery_id, flight> in_flight;
    /// The generations of the earlier workers that are not down.
    std::map<caf::actor_addr, uint32_t> earlier;
    /// What is due and cannot be read or recorded: it is not handed out again.
    std::unordered_set<delivery_id> quarantine;
    /// On its way to the worker.
    std::vector<due_delivery> outbox;
    std::optional<timestamp> alarm;
  };

  /// How many more deliveries the worker may be given.
  uint32_t room(const window& w) const;
  static storage::due_repository::id_sieve not_to_hand_out(const window& w);
  window* find(channel_id id);
  void take_off(window& w, due_delivery x, bool is_retry);
  void land(window& w, delivery_id id);
  void begin_generation(window& w);
  void set_taken(window& w, uint32_t count);
  void touch(channel_id id, window& w);
  void set_alarm(channel_id id, window& w, std::optional<timestamp> at);
  storage::fault_sink tell_once();
  expected<storage::read_transaction> begin_to_read(storage::environment& env);
  void note_fault(channel_id id, const expected<void>& read);
  expected<void> refill(const storage::transaction& tx, channel_id id, window& w, timestamp now);
  expected<void> load(const storage::transaction& tx, channel_id id, window& w,
                      storage::due_class klass, timestamp now, uint32_t limit);

  hooks hooks_;
  /// That nothing at all can be read.
  repeated_fault storage_fault_;
  /// The channels of which something due was met that keeps the rest from being read.
  std::unordered_map<channel_id, repeated_fault> faults_;
  /// What was told of keys that cannot be read and are passed over, again and again.
  std::unordered_set<std::string> told_;
  bool is_paused_ = false;
  std::unordered_map<channel_id, window> windows_;
  /// How many deliveries all workers have.
  uint32_t loaded_ = 0;
  std::unordered_map<caf::actor_addr, std::vector<channel_id>> channels_of_;
  /// The windows that may have changed since the last `fill`.
  std::vector<channel_id> touched_;
  std::set<std::pair<timestamp, channel_id>> alarms_;
};

} // namespace tocsin
