#pragma once

#include "http/question.hpp"

#include <caf/stateful_actor.hpp>

#include <vector>

namespace tocsin::http {

/// Puts questions to actors and gathers the replies, so that all that are ready cross to an I/O
/// thread in one step.
struct http_bridge_state {
  static inline const char* name = "tocsin.http-bridge";

  void gather(question_ptr x);
  void on_flush();

  http_bridge_actor::stateful_pointer<http_bridge_state> self = nullptr;
  /// By the number of the I/O thread.
  std::vector<reply_post> posts;
  std::vector<std::vector<question_ptr>> ready;
  bool flush_is_due = false;
};

/// Spawns with one way back per I/O thread.
http_bridge_actor::behavior_type
http_bridge(http_bridge_actor::stateful_pointer<http_bridge_state> self,
            const std::vector<reply_post>& posts);

} // namespace tocsin::http
