#pragma once

#include "link/frame.hpp"
#include "messages/admission.hpp"
#include "messages/protocol/ingress.hpp"
#include "messages/protocol/stats.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace tocsin::gate {

/// The actors that peers reach through the gate.
struct backend {
  ingress_actor ingress;
  stats_actor stats;
};

/// What a peer asked, on its way to an actor and back. It belongs to the I/O thread, then to the
/// desk, then to the I/O thread again.
struct inquiry {
  /// The session it came from, which may be gone when the answer is there.
  uint64_t session = 0;
  /// The peer's number for it.
  uint64_t number = 0;
  /// What it counts for among those under way.
  size_t bytes = 0;
  /// What its events have at the door until they are answered for.
  admitted_ptr place = nullptr;
  std::variant<submit_events, collect_stats> question;
  link::frame_kind answer_kind{};
  /// The payloads of frames of the kind `more_stats` that go before it.
  std::vector<std::string> more_stats;
  /// The payload of the answer's frame.
  std::string answer;
};

using inquiry_ptr = std::shared_ptr<inquiry>;

/// Takes answered inquiries back to the I/O thread. Called by the desk.
using answer_post = std::function<void(std::vector<inquiry_ptr>)>;

/// Asks the desk to put an inquiry to the actor it is for.
struct put_inquiry {
  inquiry_ptr value;
};

/// Makes the desk hand back the answers it has gathered.
struct flush_answers {};

/// Stands between the I/O thread, which must not wait, and the actors.
using desk_actor = caf::typed_actor<caf::reacts_to<put_inquiry>, caf::reacts_to<flush_answers>>;

struct desk_state {
  static inline const char* name = "tocsin.gate-desk";

  void on_put(const inquiry_ptr& x);
  void on_flush();
  void gather(const inquiry_ptr& x);
  void gather_refusal(const inquiry_ptr& x, const caf::error& why);

  desk_actor::stateful_pointer<desk_state> self = nullptr;
  backend actors;
  answer_post post;
  std::vector<inquiry_ptr> ready;
};

desk_actor::behavior_type desk(desk_actor::stateful_pointer<desk_state> self, const backend& actors,
                               const answer_post& post);

/// How long a peer is to wait after a refusal for this reason; 0 where trying again is no use.
uint32_t wait_ms_after(errc code);

} // namespace tocsin::gate

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::gate::put_inquiry)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(tocsin::gate::flush_answers)
