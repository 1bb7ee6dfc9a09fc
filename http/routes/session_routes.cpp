#include "http/credentials.hpp"
#include "http/json/object_reader.hpp"
#include "http/json/session_json.hpp"
#include "http/routes/route.hpp"
#include "http/routes/session_answer.hpp"

#include <fmt/format.h>

namespace tocsin::http {

namespace {

response too_early(std::chrono::seconds wait) {
  auto result = problem(fail(
    errc::overloaded, fmt::format("too many failed sign-ins: try again in {} s", wait.count())));
  for (auto& field : result.headers)
    if (field.name == "Retry-After")
      field.value = std::to_string(wait.count());
  return result;
}

void post_session(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto message = decode_sign_in(*object);
  if (!message)
    return c.fail(message.error());
  auto origin = c.reply.origin();
  message->address = std::move(origin.address);
  message->request_id = std::move(origin.request_id);
  auto cookie = c.cookie();
  context.questions.ask<sign_in_result>(
    context.actors.sign_in, std::move(*message), answer(std::move(c), [cookie](sign_in_result& x) {
      return x.wait.count() > 0 ? too_early(x.wait) : session_answer(x.opened, cookie);
    }));
}

/// Who is asking; nothing, once it was answered, if that is the holder of a token.
std::optional<std::string_view> read_session(call& c) {
  if (c.by->session_ends_at)
    return cookie_value(*c.message.cookie, c.cookie().name);
  c.fail(fail(errc::not_found, "a token has no session"));
  return std::nullopt;
}

recipient_id person_of(const caller& x) {
  return x.confined_to.value_or(recipient_id{recipient_kind::admin, x.id});
}

void get_session(route_context&, call c) {
  auto secret = read_session(c);
  if (secret)
    c.send(ok(session_json(person_of(*c.by), *c.by->session_ends_at, csrf_token_of(*secret))));
}

void delete_session(route_context& context, call c) {
  auto secret = read_session(c);
  if (!secret)
    return;
  end_session message{sha256(*secret), person_of(*c.by), c.as_author()};
  auto taken = take_session_cookie(c.cookie());
  context.questions.ask<removed>(context.actors.sessions, std::move(message),
                                 answer(std::move(c), [taken](removed&) {
                                   auto result = no_content();
                                   result.headers.push_back({"Set-Cookie", taken});
                                   return result;
                                 }));
}

void put_password(route_context& context, call c) {
  auto object = parse_object(c.message.body);
  if (!object)
    return c.fail(object.error());
  auto password = decode_single_text(*object, "password", "the password");
  if (!password)
    return c.fail(password.error());
  // An admin who signs in may do everything, so only who may do everything lets one in.
  if (!c.by->allows_all(every_scope))
    return c.fail(fail(errc::forbidden, "setting a password requires every scope"));
  set_password message{c.captures.front(), std::move(*password), c.as_author()};
  context.questions.ask<password_set>(context.actors.sign_in, std::move(message),
                                      answer(std::move(c), [](auto&) { return no_content(); }));
}

} // namespace

std::vector<route> session_routes() {
  using enum token_scope;
  return {
    {method::post, "/session", read, subject::sign_in, "", post_session},
    {method::get, "/session", read, subject::anybody, "", get_session},
    {method::remove, "/session", read, subject::anybody, "", delete_session},
    {method::put, "/admins/{name}/password", write, subject::panel, "", put_password},
  };
}

} // namespace tocsin::http
