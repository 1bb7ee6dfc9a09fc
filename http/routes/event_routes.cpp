#include "http/json/event_view_json.hpp"
#include "http/json/explanation_json.hpp"
#include "http/routes/answer_masked.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/delivery_filters.hpp"
#include "http/routes/list_response.hpp"
#include "http/routes/route.hpp"
#include "messages/event_json.hpp"

namespace tocsin::http {

namespace {

/// What the pipeline says about an array of one event, it says as if the event stood alone.
failure point_into_array(failure x) {
  for (auto& field : x.fields)
    if (!field.pointer.starts_with("/0"))
      field.pointer = "/0" + field.pointer;
  return x;
}

void post_events(route_context& context, call c) {
  if (context.door.is_closed())
    return c.fail(fail(errc::shutting_down, "no new events are accepted"));
  auto list = parse_events(c.message.body);
  if (!list)
    return c.fail(list.error());
  auto count = list->events.size();
  if (c.message.idempotency_key == "")
    return c.fail(fail(errc::invalid_argument, "'Idempotency-Key' must not be empty"));
  // Held until the events are stored: even after a 429 timeout they still occupy memory.
  auto place = context.door.enter(places_of(count, c.message.body.size()));
  if (!place)
    return c.fail(fail(errc::overloaded, "too many events are waiting to be stored"));
  submit_events submission{std::move(list->events),
                           std::move(c.message.idempotency_key).value_or(std::string{})};
  context.questions.ask<events_accepted>(
    context.actors.ingress, std::move(submission),
    // Of the call only this: the rest would be moved along, and kept until the answer.
    [count, is_array = list->is_array,
     reply = std::move(c.reply)](expected<events_accepted> stored) mutable {
      if (stored)
        reply.send({202, json_type, {}, receipts_json(stored->receipts, is_array)});
      else if (is_array && count == 1)
        reply.send(problem(point_into_array(std::move(stored).error())));
      else
        reply.send(problem(stored.error()));
    },
    std::move(place));
}

void get_events(route_context& context, call c) {
  auto page = read_page(c.where);
  if (!page)
    return c.fail(page.error());
  list_events message{std::move(*page), c.by->confined_to};
  context.questions.ask<tocsin::page<accepted_event>>(
    context.actors.deliveries, std::move(message),
    answer_masked(std::move(c), [](auto& x) { return list_response(x, write_accepted_event); }));
}

void get_event(route_context& context, call c) {
  find_event message{c.captures.front(), c.by->confined_to};
  context.questions.ask<event_view>(
    context.actors.deliveries, std::move(message),
    answer_masked(std::move(c), [](auto& x) { return ok(to_json(x)); }));
}

/// Reads one event, as `post_events` reads it.
expected<explain_event> read_question(const call& c) {
  auto list = parse_events(c.message.body);
  if (!list)
    return list.error();
  if (list->is_array)
    return fail(errc::invalid_argument, "one event is explained at a time, not an array");
  auto at = read_instant(c, "time");
  if (!at)
    return at.error();
  return explain_event{std::move(list->events.front()), *at, c.by->confined_to};
}

void post_explain(route_context& context, call c) {
  auto message = read_question(c);
  if (!message)
    return c.fail(message.error());
  context.questions.ask<event_explanation>(
    context.actors.explainer, std::move(*message),
    answer_masked(std::move(c), [](auto& x) { return ok(to_json(x)); }));
}

} // namespace

std::vector<route> event_routes() {
  return {
    {method::post, "/events", token_scope::events_write, subject::panel, "", post_events},
    {method::post, "/events/explain", token_scope::read, subject::own_history, "time",
     post_explain},
    {method::get, "/events", token_scope::read, subject::own_history, "limit cursor", get_events},
    {method::get, "/events/{id}", token_scope::read, subject::own_history, "", get_event},
  };
}

} // namespace tocsin::http
