#pragma once

#include "actors/history/history_options.hpp"
#include "messages/protocol/dead_letters.hpp"

#include <caf/stateful_actor.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace tocsin {

/// Shows dead letters out of its own read transactions, and has the ledger replay and discard them.
class dead_letters_state {
public:
  static inline const char* name = "tocsin.dead-letters";
  static constexpr bool survives_exceptions = true;

  caf::result<page<dead_letter_view>> on_list_dead_letters(const list_dead_letters& msg);
  caf::result<page<dead_letter_summary>> on_group_dead_letters(const group_dead_letters& msg);
  caf::result<dead_letters_done> on_replay_chosen(replay_chosen& msg);
  caf::result<dead_letters_done> on_discard_chosen(discard_chosen& msg);

  dead_letters_actor::stateful_pointer<dead_letters_state> self = nullptr;
  history_options options;
  actor_gauge gauge;
};

dead_letters_actor::behavior_type
dead_letters(dead_letters_actor::stateful_pointer<dead_letters_state> self,
             const history_options& options);

} // namespace tocsin
