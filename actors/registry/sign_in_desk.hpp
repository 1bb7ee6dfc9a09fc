#pragma once

#include "actors/registry/session_registry.hpp"
#include "messages/steady_time.hpp"
#include "policy/sign_in_throttle.hpp"

#include <functional>
#include <optional>
#include <string>

namespace tocsin {

/// What the sign-in desk is made with.
struct sign_in_options : registry_options {
  /// Hears of a wrong name or password: the name, and the address it came from. On any thread.
  std::function<void(const std::string& admin, const std::string& address)> report_refused;
  monotonic_clock steady_now = system_monotonic_clock();
};

/// Looks at passwords, one at a time, and makes those who guess wait; while a new one is stored,
/// all wait. Hashing takes its time and memory by design, so the actor runs detached. Waiting times
/// are kept in memory alone: after a restart guessing starts over, with the free failures of
/// `sign_in_throttle`.
class sign_in_desk_state {
public:
  static inline const char* name = "tocsin.sign-in-desk";
  static constexpr bool survives_exceptions = true;

  caf::result<sign_in_result> on_sign_in(sign_in& msg);
  caf::result<password_set> on_set_password(set_password& msg);

  sign_in_desk_actor::stateful_pointer<sign_in_desk_state> self = nullptr;
  sign_in_options options;
  actor_gauge gauge;

private:
  expected<bool> is_right(const sign_in& msg);
  caf::result<sign_in_result> open(sign_in& msg);

  policy::sign_in_throttle throttle_;
  /// Looked at in place of the password of somebody who has none, so that both take as long.
  std::optional<password_hash> nobodys_;
};

/// Spawn it detached.
sign_in_desk_actor::behavior_type
sign_in_desk(sign_in_desk_actor::stateful_pointer<sign_in_desk_state> self,
             const sign_in_options& options);

} // namespace tocsin
