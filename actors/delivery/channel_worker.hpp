#pragma once

#include "actors/delivery/attempt_judge.hpp"
#include "actors/delivery/reply_inbox.hpp"
#include "actors/shared/alarm.hpp"
#include "actors/shared/channel_access.hpp"
#include "actors/shared/meter.hpp"
#include "actors/shared/pause_board.hpp"
#include "channels/adapter.hpp"
#include "channels/transport/transport.hpp"
#include "messages/channel.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "messages/steady_time.hpp"
#include "policy/circuit_breaker.hpp"
#include "policy/in_flight_limit.hpp"
#include "policy/retry_schedule.hpp"
#include "policy/throttle_streak.hpp"
#include "policy/token_bucket.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tocsin {

/// The arguments of every channel actor.
struct channel_worker_options {
  delivery_ledger_actor ledger;
  std::shared_ptr<channels::transport> transport;
  wall_clock now;
  monotonic_clock steady_now;
  std::shared_ptr<meter_board> board;
  policy::retry_schedule retries;
  /// The most requests that a channel has in flight at the same time.
  uint32_t most_in_flight = 64;
  /// Pauses that providers ask for, some for several channels, and that operators set for all.
  std::shared_ptr<pause_board> pauses = std::make_shared<pause_board>();
  /// Set by the supervisor, for settings that a provider corrects.
  std::shared_ptr<const channel_access> channels = {};
};

/// Delivers through one configured channel: takes what is due from the ledger, renders it, paces
/// it, sends it, judges the reply and tells the ledger. If it crashes, everything it holds is due
/// again. Created and watched by the channel supervisor.
/// Nothing goes out during a pause of the provider or an operator, while the breaker is open, or
/// beyond the provider's rate; the limit of requests in flight grows with success. If nothing may
/// be sent twice, a request goes out only after the ledger has stored the claim.
class channel_worker_state {
public:
  static inline const char* name = "tocsin.channel";

  void start(channel_actor::stateful_pointer<channel_worker_state> self,
             const channel_worker_options& options, const channel& config,
             std::shared_ptr<const channels::adapter> adapter);

  void on_deliveries_due(deliveries_due& msg);
  void on_replies_ready(const replies_ready& msg);
  void on_resume_sending(const resume_sending& msg);
  void on_drain_channel(const drain_channel& msg);

  actor_gauge gauge;

private:
  /// Attempts that wait for a change of the settings to be stored.
  struct awaited_change {
    std::vector<record_attempt> attempts;
    bool is_under_way = false;
    bool is_stored = false;
  };

  void pump();
  void give_back_waiting();
  void bury_expired(timestamp now);
  std::chrono::milliseconds wait_before_sending(timestamp wall_now, steady_time now);
  void wake_in(std::chrono::milliseconds delay, steady_time now);
  std::optional<channels::transport::job> begin(due_delivery x, timestamp now, steady_time began);
  void submit(std::vector<channels::transport::job> jobs);
  void withdraw_waiting();
  sending take_back(uint64_t cookie, steady_time now);
  bool is_claiming() const { return schedule_.on_ambiguous == ambiguous_policy::dead_letter; }
  void on_claim_refused(const std::vector<channels::transport::job>& jobs, errc why);
  void learn(const sending& x, const channels::wire_reply& reply, const channels::verdict& result,
             bool used_up, steady_time now);
  void learn_from_doubt();
  void fit_window();
  record_attempt judge(const sending& x, channels::verdict result, timestamp ended_at,
                       std::chrono::milliseconds duration);
  void await_change(record_attempt made, const std::string& patch);
  void on_change_done(bool is_stored);
  void count(const record_attempt& x);
  void quit_if_done();

  channel_actor::stateful_pointer<channel_worker_state> self_ = nullptr;
  channel_worker_options options_;
  channel_id id_;
  /// The revision of the configuration it works with.
  uint64_t revision_ = 0;
  policy::retry_schedule schedule_;
  std::shared_ptr<const channels::adapter> adapter_;
  std::shared_ptr<reply_inbox> inbox_;
  std::shared_ptr<channel_meter> meter_;
  std::optional<policy::token_bucket> bucket_;
  channels::pause_names pause_names_;
  policy::circuit_breaker breaker_;
  policy::in_flight_limit limit_{1};
  policy::throttle_streak throttles_;
  /// How many deliveries the ledger was asked for.
  uint32_t window_ = 0;
  /// Due, and waiting for its turn.
  std::deque<due_delivery> waiting_;
  /// With the transport or about to be, by cookie.
  std::unordered_map<uint64_t, sending> in_flight_;
  /// After a claim that could not be stored nothing is sent for a while.
  steady_time claims_from_{};
  uint64_t last_cookie_ = 0;
  std::optional<attempt_judge> judge_;
  awaited_change change_;
  /// Rendering faults and what is expired, to go to the ledger with the next attempts.
  std::vector<record_attempt> unsent_;
  alarm wake_;
  bool draining_ = false;
};

channel_actor::behavior_type
channel_worker(channel_actor::stateful_pointer<channel_worker_state> self,
               const channel_worker_options& options, const channel& config,
               const std::shared_ptr<const channels::adapter>& adapter);

} // namespace tocsin
