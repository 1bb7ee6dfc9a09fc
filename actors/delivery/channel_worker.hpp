#pragma once

#include "actors/delivery/reply_inbox.hpp"
#include "actors/stats/meter.hpp"
#include "channels/adapter.hpp"
#include "channels/transport.hpp"
#include "messages/channel.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "policy/retry_schedule.hpp"
#include "policy/token_bucket.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <random>
#include <unordered_map>
#include <vector>

namespace tocsin {

/// What every channel actor is made with.
struct channel_worker_options {
  delivery_ledger_actor ledger;
  std::shared_ptr<channels::transport> transport;
  wall_clock now;
  std::shared_ptr<meter_board> board;
  policy::retry_schedule retries;
  /// Requests that a channel has under way at the same time at most.
  uint32_t in_flight_limit = 64;
};

/// Delivers through one configured channel: takes what is due from the ledger, renders it, paces
/// it, sends it, judges the reply and tells the ledger. Everything it knows is due again should it
/// crash. Made and watched by the channel supervisor.
class channel_worker_state {
public:
  static inline const char* name = "tocsin.channel";

  void start(channel_actor::stateful_pointer<channel_worker_state> self,
             const channel_worker_options& options, channel_id id,
             std::shared_ptr<const channels::adapter> adapter, channels::pace pace);

  void on_deliveries_due(deliveries_due& msg);
  void on_replies_ready(const replies_ready& msg);
  void on_resume_sending(const resume_sending& msg);
  void on_drain_channel(const drain_channel& msg);

  actor_gauge gauge;

private:
  struct sending {
    due_delivery delivery;
    timestamp started_at;
  };

  void pump();
  std::optional<channels::transport::job> begin(due_delivery x, timestamp now);
  record_attempt judge(const sending& x, outcome result, timestamp ended_at,
                       std::chrono::milliseconds duration);
  outcome classify(const channels::wire_reply& reply, uint16_t number) const;
  void count(const record_attempt& x);
  void pause_for(std::chrono::milliseconds delay);
  void quit_if_done();

  channel_actor::stateful_pointer<channel_worker_state> self_ = nullptr;
  channel_worker_options options_;
  channel_id id_;
  std::shared_ptr<const channels::adapter> adapter_;
  std::shared_ptr<reply_inbox> inbox_;
  std::shared_ptr<channel_meter> meter_;
  std::optional<policy::token_bucket> bucket_;
  /// Due, and waiting for its turn.
  std::deque<due_delivery> waiting_;
  /// With the transport, by cookie.
  std::unordered_map<uint64_t, sending> in_flight_;
  uint64_t last_cookie_ = 0;
  /// Rendering faults, to go to the ledger with the next attempts.
  std::vector<record_attempt> unsent_;
  std::optional<timestamp> paused_until_;
  /// The number of the last pause: a longer one takes the place of the one before.
  uint64_t pauses_ = 0;
  bool draining_ = false;
  std::minstd_rand jitter_;
};

channel_actor::behavior_type
channel_worker(channel_actor::stateful_pointer<channel_worker_state> self,
               const channel_worker_options& options, const channel& config,
               const std::shared_ptr<const channels::adapter>& adapter);

} // namespace tocsin
