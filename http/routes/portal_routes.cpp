#include "http/json/object_reader.hpp"
#include "http/json/session_json.hpp"
#include "http/routes/route.hpp"
#include "http/routes/session_answer.hpp"

namespace tocsin::http {

namespace {

void post_portal_link(route_context& context, call c) {
  // Whoever follows the link may do all of this with what is the customer's.
  if (!c.by->allows_all(portal_scopes))
    return c.fail(
      fail(errc::forbidden, "a link requires the scopes 'read', 'write' and 'read:sensitive'"));
  create_portal_link message{c.captures.front(), c.as_author()};
  context.questions.ask<portal_link_created>(
    context.actors.sessions, std::move(message),
    answer(std::move(c), [&url = context.actors.public_url](portal_link_created& x) {
      return response{201, json_type, {}, to_json(x, url)};
    }));
}

void post_portal_session(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto code = decode_single_text(*object, "code", "the link");
  if (!code)
    return c.fail(code.error());
  auto origin = c.reply.origin();
  enter_portal message{std::move(*code), std::move(origin.request_id)};
  auto cookie = c.cookie();
  context.questions.ask<session_opened>(
    context.actors.sessions, std::move(message),
    answer(std::move(c), [cookie](session_opened& x) { return session_answer(x, cookie); }));
}

} // namespace

std::vector<route> portal_routes() {
  using enum token_scope;
  return {
    {method::post, "/customers/{name}/portal-links", write, subject::panel, "", post_portal_link},
    {method::post, "/portal/session", read, subject::sign_in, "", post_portal_session},
  };
}

} // namespace tocsin::http
