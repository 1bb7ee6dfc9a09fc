#include "http/json/object_reader.hpp"
#include "http/json/pause_json.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

response as_state(const pause_state& x) {
  return ok(to_json(x));
}

void get_pause(route_context& context, call c) {
  context.questions.ask<pause_state>(context.actors.control, find_pause{},
                                     answer(std::move(c), as_state));
}

void put_pause(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto message = decode_pause(*object);
  if (!message)
    return c.fail(message.error());
  message->by = c.as_author();
  context.questions.ask<pause_state>(context.actors.control, std::move(*message),
                                     answer(std::move(c), as_state));
}

void delete_pause(route_context& context, call c) {
  resume_deliveries message{c.as_author()};
  context.questions.ask<pause_state>(context.actors.control, std::move(message),
                                     answer(std::move(c), [](auto&) { return no_content(); }));
}

} // namespace

std::vector<route> pause_routes() {
  using enum token_scope;
  return {
    {method::get, "/pause", read, subject::panel, "", get_pause},
    {method::put, "/pause", write, subject::panel, "", put_pause},
    {method::remove, "/pause", write, subject::panel, "", delete_pause},
  };
}

} // namespace tocsin::http
