#include "http/json/event_type_json.hpp"
#include "http/json/object_reader.hpp"
#include "http/routes/conditions.hpp"
#include "http/routes/revise.hpp"
#include "http/routes/route.hpp"

namespace tocsin::http {

namespace {

response created_event_type(const custom_event_type& x) {
  auto result = tagged({201, json_type, {}, to_json(x)}, x.revision);
  result.headers.push_back({"Location", "/api/v1/event-types/" + x.name});
  return result;
}

void get_event_types(route_context&, call c) {
  json_writer out;
  out.begin_object().key("data");
  write_event_types(out);
  c.send(ok(out.end_object().take()));
}

void get_event_type(route_context&, call c) {
  auto* found = find_event_type(c.captures.front());
  if (found == nullptr || found->name == test_event_type)
    return c.fail(no_such("event type"));
  auto result = ok(to_json(*found));
  c.send(found->is_custom() ? tagged(std::move(result), found->revision) : std::move(result));
}

void post_event_type(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto x = decode_event_type(*object);
  if (!x)
    return c.fail(x.error());
  save_event_type message{std::move(*x), c.as_author()};
  context.questions.ask<custom_event_type>(context.actors.event_types, std::move(message),
                                           answer(std::move(c), created_event_type));
}

void patch_event_type(route_context& context, call c) {
  find_custom_event_type find{c.captures.front()};
  patch_object<custom_event_type, save_event_type>(context, std::move(c), "the event type",
                                                   context.actors.event_types, std::move(find));
}

void delete_event_type(route_context& context, call c) {
  auto revision = read_if_match(c.message);
  if (!revision)
    return c.fail(revision.error());
  discard_event_type message{c.captures.front(), *revision, c.as_author()};
  context.questions.ask<removed>(context.actors.event_types, std::move(message),
                                 answer(std::move(c), [](auto&) { return no_content(); }));
}

} // namespace

std::vector<route> event_type_routes() {
  using enum token_scope;
  return {
    {method::get, "/event-types", read, subject::anybody, "", get_event_types},
    {method::post, "/event-types", write, subject::panel, "", post_event_type},
    {method::get, "/event-types/{type}", read, subject::anybody, "", get_event_type},
    {method::patch, "/event-types/{type}", write, subject::panel, "", patch_event_type},
    {method::remove, "/event-types/{type}", write, subject::panel, "", delete_event_type},
  };
}

} // namespace tocsin::http
