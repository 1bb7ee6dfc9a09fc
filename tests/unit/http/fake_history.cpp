#include "tests/unit/http/fakes.hpp"

namespace tocsin::http {

namespace {

accepted_event an_event() {
  accepted_event result;
  result.id = *event_id::parse("01ARZ3NDEKTSV4RRFFQ69G5FA0");
  result.value.type = "deploy.failure";
  result.value.message = "no";
  result.value.details = R"({"cost":1.10})";
  result.deliveries = 1;
  result.unreached.push_back({{recipient_kind::customer, "acme"}, suppression::no_channel});
  return result;
}

delivery_view a_delivery() {
  delivery_view result;
  result.value.id = *delivery_id::parse(known_delivery);
  result.value.event = an_event().id;
  result.value.recipient = {recipient_kind::admin, "admin"};
  result.value.state = delivery_state::scheduled;
  result.value.due_at = from_unix_ms(1000);
  result.value.attempts = 1;
  result.carried = an_event().value;
  result.attempts.push_back({result.value.id,
                             1,
                             from_unix_ms(0),
                             std::chrono::milliseconds{12},
                             {outcome_class::retry, attempt_stage::connect, {}, "", "refused"}});
  return result;
}

deliveries_moved flood_behind(const feed_position& after) {
  deliveries_moved result{false, {}, after};
  for (int i = 0; i < 64; ++i) {
    auto moved = a_delivery();
    moved.carried.message = std::string(4000, 'x');
    result.moves.push_back({++result.position.number, std::move(moved)});
  }
  return result;
}

} // namespace

delivery_log_actor::behavior_type fake_deliveries(world_ptr world) {
  return {
    [=](const find_event& msg) -> caf::result<event_view> {
      if (msg.id != to_string(an_event().id))
        return to_error(fail(errc::not_found, "there is no such event"));
      return event_view{an_event(), {a_delivery().value}};
    },
    [=](const list_events& msg) -> caf::result<page<accepted_event>> {
      std::lock_guard lock{world->guard};
      world->event_lists.push_back(msg);
      if (msg.page.cursor == "broken")
        return to_error(fail(errc::invalid_argument, "the cursor cannot be read"));
      auto shown = an_event();
      if (!world->long_message.empty())
        shown.value.message = world->long_message;
      return page<accepted_event>{{std::move(shown)}, "next"};
    },
    [=](const find_delivery& msg) -> caf::result<delivery_view> {
      std::lock_guard lock{world->guard};
      world->delivery_lookups.push_back(msg);
      if (msg.id != a_delivery().value.id)
        return to_error(fail(errc::not_found, "there is no such delivery"));
      return a_delivery();
    },
    [=](const list_deliveries& msg) -> caf::result<page<delivery_view>> {
      std::lock_guard lock{world->guard};
      world->delivery_lists.push_back(msg);
      return page<delivery_view>{{a_delivery()}, {}};
    },
    [=](const summarise_deliveries& msg) -> caf::result<delivery_summary> {
      std::lock_guard lock{world->guard};
      world->summaries.push_back(msg);
      return delivery_summary{
        msg.span,
        {{from_unix_ms(0), {1, 2, 3, 4, 5, 6}}, {from_unix_ms(3'600'000), {10, 0, 0, 0, 0, 0}}}};
    },
  };
}

ulid known_run() {
  return *parse_ulid("01ARZ3NDEKTSV4RRFFQ69G5RVN");
}

delivery_feed_actor::behavior_type
fake_feed(delivery_feed_actor::stateful_pointer<held_readers> self, world_ptr world) {
  return {
    [=](const follow_deliveries& msg) -> caf::result<deliveries_moved> {
      std::lock_guard lock{world->guard};
      world->follows.push_back(msg);
      if (self->state.gone.contains(msg.reader))
        return deliveries_moved{};
      if (!msg.after)
        return deliveries_moved{false, {}, {known_run(), 7}};
      if (msg.after->run != known_run())
        return deliveries_moved{true, {}, {known_run(), 8}};
      if (world->is_flooding)
        return flood_behind(*msg.after);
      if (msg.after->number == 7) {
        auto moved = a_delivery();
        moved.attempts.clear();
        return deliveries_moved{false, {{8, std::move(moved)}}, {known_run(), 8}};
      }
      if (msg.after->number == 8 && world->has_hidden_move)
        return deliveries_moved{false, {}, {known_run(), 9}};
      auto promise = self->make_response_promise<deliveries_moved>();
      self->state.held.emplace_back(promise, msg.reader);
      return promise;
    },
    [=](const stop_following& msg) {
      std::lock_guard lock{world->guard};
      world->readers_gone.push_back(msg.reader);
      self->state.gone.insert(msg.reader);
      for (auto& [promise, reader] : self->state.held)
        if (reader == msg.reader)
          promise.deliver(deliveries_moved{});
      std::erase_if(self->state.held, [&msg](auto& x) { return x.second == msg.reader; });
    },
    [](const moves_noted&) {},
    [](const look_for_readers&) {},
  };
}

delivery_control_actor::behavior_type fake_control(world_ptr world) {
  auto missing = [] { return to_error(fail(errc::not_found, "there is no such delivery")); };
  return {
    [=](const request_resend& msg) -> caf::result<delivery_changed> {
      std::lock_guard lock{world->guard};
      world->resends.push_back(msg);
      world->authors.push_back(msg.by);
      if (msg.id != a_delivery().value.id)
        return missing();
      return delivery_changed{true, a_delivery()};
    },
    [=](const request_cancel& msg) -> caf::result<delivery_changed> {
      std::lock_guard lock{world->guard};
      world->withdrawals.push_back(msg);
      world->authors.push_back(msg.by);
      return to_error(fail(errc::in_flight, "the delivery is being sent"));
    },
    [=](const preview_delivery& msg) -> caf::result<channel_preview> {
      std::lock_guard lock{world->guard};
      world->delivery_previews.push_back(msg);
      if (msg.id != a_delivery().value.id)
        return missing();
      return previewed("deploy.failure");
    },
    [=](const find_pause&) -> caf::result<pause_state> {
      std::lock_guard lock{world->guard};
      return pause_state{world->pause};
    },
    [=](const pause_deliveries& msg) -> caf::result<pause_state> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      world->pause = delivery_pause{from_unix_ms(0), msg.until, msg.reason, msg.by};
      return pause_state{world->pause};
    },
    [=](const resume_deliveries& msg) -> caf::result<pause_state> {
      std::lock_guard lock{world->guard};
      world->authors.push_back(msg.by);
      world->pause.reset();
      return pause_state{};
    },
  };
}

dead_letters_actor::behavior_type fake_dead_letters(world_ptr world) {
  return {
    [=](const list_dead_letters& msg) -> caf::result<page<dead_letter_view>> {
      std::lock_guard lock{world->guard};
      world->dead_letter_lists.push_back(msg);
      return page<dead_letter_view>{{{a_delivery(), true}}, "next"};
    },
    [=](const group_dead_letters& msg) -> caf::result<page<dead_letter_summary>> {
      std::lock_guard lock{world->guard};
      world->dead_letter_groupings.push_back(msg);
      dead_letter_summary x{{}, "404", 7, from_unix_ms(0), from_unix_ms(1000), {}, "no"};
      x.sample = a_delivery().value.id;
      return page<dead_letter_summary>{{x}, ""};
    },
    [=](const replay_chosen& msg) -> caf::result<dead_letters_done> {
      std::lock_guard lock{world->guard};
      world->replays.push_back(msg);
      world->authors.push_back(msg.by);
      return world->done;
    },
    [=](const discard_chosen& msg) -> caf::result<dead_letters_done> {
      std::lock_guard lock{world->guard};
      world->discards.push_back(msg);
      world->authors.push_back(msg.by);
      return world->done;
    },
  };
}

} // namespace tocsin::http
