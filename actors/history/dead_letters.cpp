#include "actors/history/dead_letters.hpp"

#include "actors/history/dead_letter_reading.hpp"
#include "actors/history/dead_letter_work.hpp"
#include "actors/shared/metered.hpp"

namespace tocsin {

caf::result<page<dead_letter_view>>
dead_letters_state::on_list_dead_letters(const list_dead_letters& msg) {
  auto tx = options.channels->environment().read();
  if (!tx)
    return to_error(tx.error());
  auto reader = dead_letter_reader::make(*tx, msg.selection);
  if (!reader)
    return to_error(reader.error());
  auto part = reader->list(storage::dead_letter_order::newest_first, msg.page);
  if (!part)
    return to_error(part.error());
  return std::move(part->letters);
}

caf::result<page<dead_letter_summary>>
dead_letters_state::on_group_dead_letters(const group_dead_letters& msg) {
  auto tx = options.channels->environment().read();
  if (!tx)
    return to_error(tx.error());
  auto reader = dead_letter_reader::make(*tx, msg.selection);
  if (!reader)
    return to_error(reader.error());
  return to_result(reader->groups(msg.page));
}

/// What is replayed is owed from the time on at which it is due, so that none is too old by then.
caf::result<dead_letters_done> dead_letters_state::on_replay_chosen(replay_chosen& msg) {
  auto promise = self->make_response_promise<dead_letters_done>();
  auto replay = [](const delivery_id& id, timestamp due_at) -> command {
    return replay_delivery{id, due_at};
  };
  auto work = std::make_shared<dead_letter_work>(self, options, std::move(msg.choice),
                                                 std::move(msg.by), std::move(replay), promise);
  work->set_pace(msg.per_minute);
  work->begin();
  return promise;
}

caf::result<dead_letters_done> dead_letters_state::on_discard_chosen(discard_chosen& msg) {
  auto promise = self->make_response_promise<dead_letters_done>();
  auto discard = [reason = std::move(msg.reason)](const delivery_id& id, timestamp now) -> command {
    return discard_delivery{id, now, reason};
  };
  auto work = std::make_shared<dead_letter_work>(self, options, std::move(msg.choice),
                                                 std::move(msg.by), std::move(discard), promise);
  work->begin();
  return promise;
}

dead_letters_actor::behavior_type
dead_letters(dead_letters_actor::stateful_pointer<dead_letters_state> self,
             const history_options& options) {
  using state = dead_letters_state;
  self->state.self = self;
  self->state.options = options;
  self->state.gauge = actor_gauge{*options.board, state::name};
  return {
    metered(self, &state::on_list_dead_letters),
    metered(self, &state::on_group_dead_letters),
    metered(self, &state::on_replay_chosen),
    metered(self, &state::on_discard_chosen),
  };
}

} // namespace tocsin
