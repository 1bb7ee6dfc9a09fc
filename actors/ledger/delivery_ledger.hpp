#pragma once

#include "actors/ledger/clock_watch.hpp"
#include "actors/ledger/delivery_windows.hpp"
#include "actors/ledger/move_noting.hpp"
#include "actors/ledger/record_pruner.hpp"
#include "actors/shared/alarm.hpp"
#include "actors/shared/growth_series.hpp"
#include "actors/shared/meter.hpp"
#include "actors/shared/pause_board.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "messages/repeated_fault.hpp"
#include "messages/steady_time.hpp"
#include "storage/commands/group_commit.hpp"
#include "storage/engine/environment.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

namespace tocsin {

/// What the ledger is made with.
struct ledger_options {
  std::shared_ptr<storage::environment> storage;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  /// Ended events older than this are removed.
  std::chrono::milliseconds retention = std::chrono::hours{30 * 24};
  /// While less room than this is left nothing new is taken, so that the outcomes of what is owed
  /// can still be recorded.
  uint64_t reserve_bytes = 0;
  /// Whether there is room for new events: false while less than the reserve is left. Written here,
  /// read by the threads of HTTP (`/readyz`).
  std::shared_ptr<std::atomic<bool>> has_room = std::make_shared<std::atomic<bool>>(true);
  /// Told in words what could not be read or recorded.
  std::function<void(const std::string&)> report;
  /// Told in words that something it was told of is over.
  std::function<void(const std::string&)> report_recovery = [](const std::string&) {};
  monotonic_clock steady_now = system_monotonic_clock();
  /// Entries of the audit log older than this are removed.
  std::chrono::milliseconds audit_retention = std::chrono::hours{365 * 24};
  /// Whether the disk took what was last written to it. Written here, read by the threads of HTTP
  /// (`/readyz`).
  std::shared_ptr<std::atomic<bool>> can_write = std::make_shared<std::atomic<bool>>(true);
  /// Where the channel actors look before they send.
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  /// Told how much is in use whenever that is measured.
  std::shared_ptr<growth_series> growth = std::make_shared<growth_series>();
  /// How long attempts, for whose record nobody waits, may wait for something that somebody waits
  /// for and that takes them along. Without it each commit of events is followed by one of
  /// attempts, which the next events have to wait for.
  std::chrono::milliseconds longest_attempt_wait{0};
};

/// Makes the ledger commit what it has gathered.
struct flush_ledger {};

/// Makes the ledger remove a part of what is older than the retention.
struct prune_expired {};

/// Makes the ledger look how much room is left.
struct measure_room {};

/// Makes the ledger look for deliveries whose time has come.
struct wake_due {
  uint64_t number = 0;
};

/// Makes the ledger commit attempts that have waited as long as they may.
struct flush_attempts {};

/// Makes the ledger publish what is durable by the journal alone.
struct publish_changes {
  uint64_t number = 0;
};

/// Makes the ledger end the claims of a channel whose actor is gone.
struct end_claims {
  channel_id channel;
  bool were_interrupted = false;
};

/// The ledger's whole protocol: what everybody may say, what the feed does, and the messages that
/// it sends to itself.
using delivery_ledger_impl = delivery_ledger_actor::extend<
  caf::replies_to<note_moves>::with<noting_begun>, caf::reacts_to<flush_ledger>,
  caf::reacts_to<flush_attempts>, caf::reacts_to<publish_changes>, caf::reacts_to<end_claims>,
  caf::reacts_to<wake_due>, caf::reacts_to<prune_expired>, caf::reacts_to<measure_room>>;

/// Writes everything that is durable, and hands out what is due.
///
/// 1. It gathers (`delivery_ledger.cpp`): all that waits when it gets to writing becomes one group
///    of entries. Attempts, for which nobody waits, ride along.
/// 2. It commits (`delivery_ledger_commit.cpp`): one flush of the journal makes a group durable
///    (group commit). What the journal has is published to LMDB within 20 ms.
/// 3. It follows up (`delivery_ledger_answers.cpp`), entry after entry: gives the channel actors
///    what is due now through `delivery_windows`, tells the listeners what changed, and answers.
/// 4. It keeps house (`delivery_ledger_upkeep.cpp`): takes up what the last process left, cancels
///    what removed channels owe, prunes once a minute, and looks each second how much room is left.
///
/// A crash loses what was not answered yet, and attempts of the last 2 ms: these deliveries are
/// made again. Runs detached, as the writer blocks in fsync.
class delivery_ledger_state {
public:
  static inline const char* name = "tocsin.delivery-ledger";

  delivery_ledger_state();

  /// Answers those whose changes are not stored: CAF says nothing to whoever waits for an actor
  /// that ends with a promise still to keep.
  ~delivery_ledger_state();

  delivery_ledger_state(const delivery_ledger_state&) = delete;
  delivery_ledger_state& operator=(const delivery_ledger_state&) = delete;

  void start(delivery_ledger_impl::stateful_pointer<delivery_ledger_state> self,
             ledger_options options);

  caf::result<events_accepted> on_accept_submission(accept_submission& msg);
  caf::result<command_result> on_apply_command(apply_command& msg);
  caf::result<channels_stored> on_store_channels(store_channels& msg);
  void on_record_attempts(record_attempts& msg);
  void on_open_window(const open_window& msg);
  void on_resize_window(const resize_window& msg);
  void on_give_back_deliveries(const give_back_deliveries& msg);
  void on_subscribe_changes(const subscribe_changes& msg);
  caf::result<noting_begun> on_note_moves(const note_moves& msg);
  void on_start_deliveries(const start_deliveries& msg);
  void on_flush_ledger(const flush_ledger& msg);
  void on_flush_attempts(const flush_attempts& msg);
  void on_publish_changes(const publish_changes& msg);
  void on_end_claims(const end_claims& msg);
  void on_wake_due(const wake_due& msg);
  void on_prune_expired(const prune_expired& msg);
  void on_measure_room(const measure_room& msg);
  caf::result<ledger_closed> on_close_ledger(const close_ledger& msg);

  actor_gauge gauge;

private:
  using event_promise = caf::typed_response_promise<events_accepted>;
  using channels_promise = caf::typed_response_promise<channels_stored>;

  struct command_waiter {
    caf::typed_response_promise<command_result> promise;
    std::optional<configuration_changed> notice;
  };

  /// Who waits for an entry of a group; nobody for what is the ledger's own.
  using waiter = std::variant<std::monostate, event_promise, command_waiter, channels_promise>;

  /// What shares a commit, and who waits for each entry, in the same order: apart, as the storage
  /// takes a row of entries.
  struct group {
    std::vector<storage::commit_entry> entries;
    std::vector<waiter> waiters;
  };

  // Part 1.
  storage::commit_entry& append(std::vector<command> commands, waiter whom = {});
  storage::commit_entry& enqueue(std::vector<command> commands, waiter whom = {});
  void request_flush();
  void request_flush_in_a_while();
  void set_attempt_alarm(std::chrono::milliseconds delay);
  void on_worker_down(const caf::down_msg& down);
  void fill_windows();
  void schedule_wake();
  void wake_in(std::chrono::milliseconds delay);

  // Part 2.
  void commit_waiting();
  expected<void> make_durable(std::span<storage::commit_entry> entries);
  void finish_group(group& x, const expected<void>& committed);
  expected<std::optional<channel_id>> channel_of(const delivery_id& id) const;
  void refuse_in_flight(storage::commit_entry& entry) const;
  void keep_for_later(group x);
  void publish();
  void tell_moves();
  void request_publishing(std::chrono::milliseconds delay);
  void note_disk(const expected<void>& written);
  void note_journal();

  // Part 3.
  void finish(storage::commit_entry& entry, waiter& whom);
  void refuse(storage::commit_entry& entry, waiter& whom);
  static void tell(waiter& whom, const failure& why);
  void tell_listeners(const configuration_changed& notice);

  /// From most commands nothing follows but the answer.
  template <class Command>
  void follow_up(const Command&, const command_result&) {}
  void follow_up(const record_attempt& x, const command_result& result);
  void follow_up(const release_deliveries& x, const command_result& result);
  void follow_up(const resend_delivery& x, const command_result& result);
  void follow_up(const replay_delivery& x, const command_result& result);
  void follow_up(const put_channel& x, const command_result& result);
  void follow_up(const remove_channel& x, const command_result& result);
  void follow_up(const cancel_due& x, const command_result& result);
  void follow_up(const put_pause& x, const command_result& result);
  void follow_up(const remove_pause& x, const command_result& result);
  void offer_again(const delivery_id& id, timestamp at, const command_result& result);

  /// Most commands are not the ledger's own.
  template <class Command>
  void give_up(const Command&, const failure&) {}
  void give_up(const record_attempt& x, const failure& why);
  void give_up(const release_deliveries& x, const failure& why);
  void give_up(const cancel_due& x, const failure& why);
  void quarantine(const claim_deliveries& x, const failure& why);

  void answer(std::monostate&, storage::commit_entry&) {}
  void answer(event_promise& whom, storage::commit_entry& entry);
  void answer(command_waiter& whom, storage::commit_entry& entry);
  void answer(channels_promise& whom, storage::commit_entry& entry);
  void offer(accept_event x, uint32_t deliveries);

  // Part 4.
  void measure_storage();
  void look_for_room();
  void look_at_disk();
  static failure no_room();
  void cancel_next();
  expected<void> find_what_is_owed();
  expected<void> settle_claims(const storage::transaction& tx, channel_id channel,
                               bool were_interrupted);
  bool prune();
  void set_pause(const std::optional<delivery_pause>& x);
  void end_pause_if_over();

  delivery_ledger_impl::stateful_pointer<delivery_ledger_state> self_ = nullptr;
  ledger_options options_;
  ulid_generator ids_;
  /// What the next commit is to hold.
  group gathered_;
  bool flush_requested_ = false;
  /// How long attempts may wait that nobody waits for; nothing while there are none.
  std::optional<steady_time> attempts_wait_until_;
  /// Whether `flush_attempts` is on its way; there is never more than one.
  bool attempt_alarm_is_set_ = false;
  bool closing_ = false;
  delivery_windows windows_;
  /// When the pause of all channels ends; the past where there is none.
  timestamp paused_until_{};
  /// The channel actors that claim what they send, with their channels.
  std::unordered_map<caf::actor_addr, channel_id> claimers_;
  std::vector<change_listener_actor> listeners_;
  /// Where to note what happens to deliveries; nullptr while nobody wants to know.
  std::shared_ptr<move_ring> moves_;
  /// What is to be noted there once it is published.
  std::vector<storage::delivery_move> moved_;
  alarm publishing_;
  channel_supervisor_actor supervisor_;
  /// Removed channels that still owe something.
  std::deque<channel_id> to_cancel_;
  /// Whether a part of it is on its way; there is never more than one.
  bool cancelling_ = false;
  alarm wake_;
  std::optional<record_pruner> pruner_;
  std::optional<clock_watch> clock_;
  std::optional<repeated_fault> clock_fault_;
  std::optional<repeated_fault> journal_fault_;
  steady_time storage_measured_at_{};
};

delivery_ledger_impl::behavior_type
delivery_ledger(delivery_ledger_impl::stateful_pointer<delivery_ledger_state> self,
                const ledger_options& options);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::ledger_options)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::flush_ledger)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::flush_attempts)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::publish_changes)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::end_claims)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::wake_due)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::prune_expired)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::measure_room)
