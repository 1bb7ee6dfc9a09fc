#pragma once

#include "actors/shared/meter.hpp"
#include "messages/protocol/routing.hpp"
#include "messages/protocol/stats.hpp"
#include "messages/timestamp.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace tocsin {

/// The certificates that the CAF door uses and its peers have shown, all of them.
struct certificates_seen {
  std::vector<certificate_stats> values;
};

/// Makes the announcer check whether a certificate is about to expire.
struct check_certificates {
  /// Whether to check again an hour later.
  bool is_periodic = false;
};

/// Is told of the certificates in use, and warns.
using certificate_announcer_actor
  = caf::typed_actor<caf::reacts_to<certificates_seen>, caf::reacts_to<check_certificates>>;

/// Warns of certificates of the CAF door that expire within seven days, or have expired, by an
/// event `ssl.expiring` that concerns the panel itself and so goes to the admins; and shows them
/// all in the stats. Each certificate is announced once a day (UTC) at most: the idempotency key
/// holds its fingerprint and the day, so that a restart announces nothing again.
class certificate_announcer_state {
public:
  static inline const char* name = "tocsin.certificate-announcer";

  void start(certificate_announcer_actor::stateful_pointer<certificate_announcer_state> self,
             trigger_router_actor router, wall_clock now, std::shared_ptr<meter_board> board);

  void on_certificates_seen(const certificates_seen& msg);
  void on_check_certificates(const check_certificates& msg);

  actor_gauge gauge;

private:
  void announce_what_expires();
  void announce(const certificate_stats& x, std::chrono::sys_days today);

  certificate_announcer_actor::stateful_pointer<certificate_announcer_state> self_ = nullptr;
  trigger_router_actor router_;
  wall_clock now_;
  std::shared_ptr<meter_board> board_;
  std::vector<certificate_stats> certificates_;
  /// The day each was announced last, by fingerprint.
  std::map<std::string, std::chrono::sys_days> announced_;
};

/// The event that announces that `x` expires.
event announcement_of(const certificate_stats& x);

/// Spawns with `router` as the next hop; `now` gives the day.
certificate_announcer_actor::behavior_type certificate_announcer(
  certificate_announcer_actor::stateful_pointer<certificate_announcer_state> self,
  const trigger_router_actor& router, const wall_clock& now,
  const std::shared_ptr<meter_board>& board);

} // namespace tocsin

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::certificates_seen)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::check_certificates)
