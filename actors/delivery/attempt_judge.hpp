#pragma once

#include "actors/delivery/attempt_memory.hpp"
#include "channels/adapter.hpp"
#include "messages/channel.hpp"
#include "messages/protocol/delivery_ledger.hpp"
#include "messages/steady_time.hpp"
#include "policy/retry_schedule.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <random>

namespace tocsin {

/// A delivery on its way out.
struct sending {
  due_delivery delivery;
  /// When it was given to the transport, for what is learnt from the reply.
  steady_time began;
};

/// From the fourth attempt on a remedy waits like any other retry, so that a provider which always
/// asks for remedies is not asked endlessly.
inline constexpr uint16_t prompt_attempts = 3;

/// Decides for one channel what a reply means and what becomes of the delivery, and makes the
/// record of it. Owned by the channel's actor; what it remembers of deliveries is lost with it.
class attempt_judge {
public:
  attempt_judge(const channel& config, const policy::retry_schedule& schedule,
                std::shared_ptr<const channels::adapter> adapter);

  /// Whether the provider has refused the delivery's rich form.
  bool goes_plain(const delivery_id& id) const { return memory_.find(id).goes_plain; }

  /// A reply that cannot be judged counts as ambiguous: the provider may have the message.
  channels::verdict classify(const channels::wire_reply& reply, const delivery_id& id) const;

  /// The record of an attempt that took `duration` and has just ended. `throttles` is the channel's
  /// current run of throttled attempts. The first `send_plain` of a delivery is recorded as a
  /// retry, due at once within the `prompt_attempts`. `change_settings` is left to the worker and
  /// changes nothing here.
  record_attempt judge(const sending& x, channels::verdict result, uint16_t throttles,
                       timestamp ended_at, std::chrono::milliseconds duration);

  /// The record of a delivery that is too old when its turn comes, and is not sent.
  record_attempt expire(const due_delivery& x, timestamp now) const;

private:
  channel_id id_;
  uint64_t revision_;
  policy::retry_schedule schedule_;
  std::shared_ptr<const channels::adapter> adapter_;
  attempt_memory memory_;
  std::minstd_rand jitter_;
};

} // namespace tocsin
